package dev.tandem.source;

import java.util.Map;
import java.util.stream.Stream;

/**
 * What an import did.
 *
 * @param name the data set
 * @param recipe the recipe
 * @param rows rows per file written
 * @param malformed lines set aside in {@code rejects.tsv}
 * @param counts further counts, by what was counted
 * @param seconds wall-clock time
 */
public record ImportReport(
    String name,
    String recipe,
    Map<String, Long> rows,
    long malformed,
    Map<String, Long> counts,
    double seconds) {

  /** Rows of some files together. */
  public long rows(String... parts) {
    return Stream.of(parts).mapToLong(p -> rows.getOrDefault(p, 0L)).sum();
  }
}
