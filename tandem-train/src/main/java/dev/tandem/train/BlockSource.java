package dev.tandem.train;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;

/** Rows that come block by block, such as raw rows that are encoded as they are read. */
@FunctionalInterface
public interface BlockSource {
  /**
   * Fills a batch with the next rows.
   *
   * @return whether there were any
   */
  boolean next(Batch into);

  /**
   * All rows of encoded data in order.
   *
   * @param block most rows of a block
   */
  static BlockSource of(EncodedData data, int block) {
    long[] numbers = new long[block];
    long[] next = {0};
    return into -> {
      int rows = (int) Math.min(block, data.rows() - next[0]);
      if (rows == 0) {
        return false;
      }
      for (int i = 0; i < rows; i++) {
        numbers[i] = next[0] + i;
      }
      data.read(numbers, 0, rows, into);
      next[0] += rows;
      return true;
    };
  }
}
