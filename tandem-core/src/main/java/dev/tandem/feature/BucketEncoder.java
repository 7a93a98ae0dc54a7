package dev.tandem.feature;

import java.util.BitSet;
import java.util.List;

/** One id per row: 1 plus the number of edges that the number reaches; 0 for a missing number. */
record BucketEncoder(int field, String slot, InputColumn input, Edges edges) implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    int[] ids = into.ids(field);
    for (int r = 0; r < rows; r++) {
      ids[r] = Numbers.missing(column, r) ? 0 : edges.bucket(column.values[r]);
    }
  }

  @Override
  public List<InputColumn> observed() {
    return inputs();
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    Numbers.check(input, columns.get(0), rows, bad);
  }

  @Override
  public void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    RealColumn column = (RealColumn) columns.get(0);
    Sample sample = statistics.sample(slot);
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r) && !Numbers.missing(column, r)) {
        sample.add(column.values[r]);
      }
    }
  }
}
