package dev.tandem.feature;

import java.util.List;

/** One standardised number per row; 0, the mean, for a missing number. */
record NumberEncoder(int number, InputColumn input, boolean log, Moments moments, double clip)
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
    long malformed = 0;
    for (int r = 0; r < rows; r++) {
      float value = 0;
      if (!Numbers.missing(column, r)) {
        value = Numbers.standardise(column.values[r], log, moments, clip);
      } else if (!column.isNull(r)) {
        malformed++;
      }
      numbers[r * stride + number] = value;
    }
    counts.countMalformed(input.name(), malformed);
  }
}
