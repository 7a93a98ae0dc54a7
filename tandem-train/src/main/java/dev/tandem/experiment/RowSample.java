package dev.tandem.experiment;

import dev.tandem.feature.EncodedData;
import java.util.SplittableRandom;

/** Some rows of a data set, drawn uniformly without replacement, in their old order. */
final class RowSample {
  private RowSample() {}

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
    return data.select(chosen);
  }
}
