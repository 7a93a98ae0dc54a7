package dev.tandem.feature;

import java.util.List;
import java.util.function.DoubleConsumer;

/** One standardised number per row; 0, the mean, for a missing number. */
record NumberEncoder(
    int number, String slot, InputColumn input, boolean log, Moments moments, double clip)
    implements OneNumber {
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
  public DoubleConsumer learner(Statistics statistics) {
    Statistics.Sum sum = statistics.sum(slot);
    return value -> sum.add(log ? Numbers.log(value) : value);
  }
}
