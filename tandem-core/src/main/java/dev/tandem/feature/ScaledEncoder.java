package dev.tandem.feature;

import java.util.List;
import java.util.function.DoubleConsumer;

/** Id 1 with the standardised number as its factor; id 0 with factor 1 for a missing number. */
record ScaledEncoder(int field, String slot, InputColumn input, Moments moments)
    implements OneNumber {
  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    int[] ids = into.ids(field);
    float[] factors = into.factors(field);
    for (int r = 0; r < rows; r++) {
      boolean missing = Numbers.missing(column, r);
      ids[r] = missing ? 0 : 1;
      factors[r] = missing ? 1 : (float) moments.standardise(column.values[r]);
    }
  }

  @Override
  public DoubleConsumer learner(Statistics statistics) {
    return statistics.sum(slot)::add;
  }
}
