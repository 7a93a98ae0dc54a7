package dev.tandem.feature;

import java.util.Arrays;

/** Some rows of other data, in the order in which they were selected. */
final class SelectedRows extends EncodedView {
  private final long[] selected;

  SelectedRows(EncodedData data, long[] selected) {
    super(data);
    this.selected = selected.clone();
  }

  @Override
  public long rows() {
    return selected.length;
  }

  @Override
  public void read(long[] rows, int from, int count, Batch into) {
    long[] there = new long[count];
    Arrays.setAll(there, i -> selected[(int) rows[from + i]]);
    data.read(there, 0, count, into);
  }
}
