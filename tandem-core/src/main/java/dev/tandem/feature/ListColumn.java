package dev.tandem.feature;

/**
 * Lists side by side: list {@code i} is the elements from {@code offsets[i]} to {@code offsets[i +
 * 1]}. The arrays are used as they are, without a copy.
 */
public final class ListColumn implements Column {
  final Column elements;
  final int[] offsets;
  final boolean[] nulls;

  /** Wraps the arrays; {@code nulls} may be {@link Column#NO_NULLS}. */
  public ListColumn(Column elements, int[] offsets, boolean[] nulls) {
    this.elements = elements;
    this.offsets = offsets;
    this.nulls = nulls;
  }

  @Override
  public ColumnType type() {
    return elements.type().asList();
  }

  @Override
  public boolean isNull(int i) {
    return nulls.length > 0 && nulls[i];
  }

  /** All lists' elements. */
  public Column elements() {
    return elements;
  }

  /** Where each list begins, and the end. */
  public int[] offsets() {
    return offsets;
  }
}
