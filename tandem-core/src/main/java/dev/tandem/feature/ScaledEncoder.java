package dev.tandem.feature;

import java.util.BitSet;
import java.util.List;

/** Id 1 with the standardised number as its factor; id 0 with factor 1 for a missing number. */
record ScaledEncoder(int field, String slot, InputColumn input, Moments moments)
    implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

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
    Statistics.Sum sum = statistics.sum(slot);
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r) && !Numbers.missing(column, r)) {
        sum.add(column.values[r]);
      }
    }
  }
}
