package dev.tandem.feature;

import dev.tandem.schema.InputLayout;
import java.util.Arrays;
import java.util.List;

/** Some rows of other data, in the order in which they were selected. */
final class SelectedRows implements EncodedData {
  private final EncodedData data;
  private final long[] selected;

  SelectedRows(EncodedData data, long[] selected) {
    this.data = data;
    this.selected = selected.clone();
  }

  @Override
  public long rows() {
    return selected.length;
  }

  @Override
  public InputLayout layout() {
    return data.layout();
  }

  @Override
  public List<FittedTable> tables() {
    return data.tables();
  }

  @Override
  public void read(long[] rows, int from, int count, Batch into) {
    long[] there = new long[count];
    Arrays.setAll(there, i -> selected[(int) rows[from + i]]);
    data.read(there, 0, count, into);
  }
}
