package dev.tandem.feature;

import java.util.List;
import java.util.function.DoubleConsumer;

/** One id per row: 1 plus the number of edges that the number reaches; 0 for a missing number. */
record BucketEncoder(int field, String slot, InputColumn input, Edges edges) implements OneNumber {
  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    int[] ids = into.ids(field);
    for (int r = 0; r < rows; r++) {
      ids[r] = Numbers.missing(column, r) ? 0 : edges.bucket(column.values[r]);
    }
  }

  @Override
  public DoubleConsumer learner(Statistics statistics) {
    return statistics.sample(slot)::add;
  }
}
