package dev.tandem.experiment;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.schema.InputLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Some rows of a data set, drawn uniformly without replacement, in their old order. */
final class RowSample implements EncodedData {
  private final EncodedData data;
  private final long[] chosen;

  private RowSample(EncodedData data, long[] chosen) {
    this.data = data;
    this.chosen = chosen;
  }

  /** At most {@code rows} rows; the data itself when it has no more. */
  static EncodedData of(EncodedData data, long rows) {
    if (rows >= data.rows()) {
      return data;
    }
    // Floyd's algorithm would need a set; one pass with the right odds needs nothing.
    long[] chosen = new long[Math.toIntExact(rows)];
    SplittableRandom random = new SplittableRandom(rows);
    int taken = 0;
    for (long row = 0; taken < chosen.length; row++) {
      if (random.nextLong(data.rows() - row) < chosen.length - taken) {
        chosen[taken++] = row;
      }
    }
    return new RowSample(data, chosen);
  }

  @Override
  public long rows() {
    return chosen.length;
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
    Arrays.setAll(there, i -> chosen[(int) rows[from + i]]);
    data.read(there, 0, count, into);
  }
}
