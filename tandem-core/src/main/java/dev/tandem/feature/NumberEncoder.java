package dev.tandem.feature;

import java.util.BitSet;
import java.util.List;

/** One standardised number per row; 0, the mean, for a missing number. */
record NumberEncoder(
    int number, String slot, InputColumn input, boolean log, Moments moments, double clip)
    implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    float[] numbers = into.numbers();
    int stride = into.layout().numbers().size();
    for (int r = 0; r < rows; r++) {
      numbers[r * stride + number] =
          Numbers.missing(column, r)
              ? 0
              : Numbers.standardise(column.values[r], log, moments, clip);
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
        sum.add(log ? Numbers.log(column.values[r]) : column.values[r]);
      }
    }
  }
}
