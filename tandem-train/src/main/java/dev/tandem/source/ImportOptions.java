package dev.tandem.source;

/**
 * How an import is done.
 *
 * @param recipe one of the data set's recipes; empty: its first
 * @param strict stop at the first malformed line instead of setting it aside
 * @param memoryMegabytes memory for joins and sorts, which spill to disk beyond it
 */
public record ImportOptions(String recipe, boolean strict, int memoryMegabytes) {
  /** The data set's first recipe, setting malformed lines aside, with 2 GB. */
  public static ImportOptions standard() {
    return new ImportOptions("", false, 2048);
  }

  /** The same with another recipe. */
  public ImportOptions with(String otherRecipe) {
    return new ImportOptions(otherRecipe, strict, memoryMegabytes);
  }
}
