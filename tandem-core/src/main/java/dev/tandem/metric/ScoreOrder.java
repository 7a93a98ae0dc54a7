package dev.tandem.metric;

/**
 * Stable radix sorts of row numbers. They are linear in the rows, need eight bytes per row, and
 * have one result whatever the machine: equal keys keep the order of the rows.
 */
final class ScoreOrder {
  private static final int BITS = 11;
  private static final int BUCKETS = 1 << BITS;
  private static final int DOUBLE_PASSES = (Long.SIZE + BITS - 1) / BITS;
  private static final int INT_PASSES = (Integer.SIZE + BITS - 1) / BITS;

  private ScoreOrder() {}

  /** Row numbers by falling score. */
  static int[] descending(double[] scores) {
    int n = scores.length;
    int[][] counts = new int[DOUBLE_PASSES][BUCKETS];
    for (int i = 0; i < n; i++) {
      long key = fallingKey(scores[i]);
      for (int pass = 0; pass < DOUBLE_PASSES; pass++) {
        counts[pass][digit(key, pass)]++;
      }
    }
    int[] rows = identity(n);
    int[] next = new int[n];
    for (int pass = 0; pass < DOUBLE_PASSES; pass++) {
      if (startPositions(counts[pass], n)) {
        int[] start = counts[pass];
        for (int row : rows) {
          next[start[digit(fallingKey(scores[row]), pass)]++] = row;
        }
        int[] swap = rows;
        rows = next;
        next = swap;
      }
    }
    return rows;
  }

  /** The given rows by rising group, rows of one group staying in the order given. */
  static int[] byGroup(int[] order, int[] groups) {
    int n = order.length;
    int[] rows = order.clone();
    int[] next = new int[n];
    for (int pass = 0; pass < INT_PASSES; pass++) {
      int[] start = new int[BUCKETS];
      for (int group : groups) {
        start[digit(risingKey(group), pass)]++;
      }
      if (startPositions(start, n)) {
        for (int row : rows) {
          next[start[digit(risingKey(groups[row]), pass)]++] = row;
        }
        int[] swap = rows;
        rows = next;
        next = swap;
      }
    }
    return rows;
  }

  private static int[] identity(int n) {
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i;
    }
    return rows;
  }

  /**
   * Counts become start positions; false when all keys share one digit, so that the pass is idle.
   */
  private static boolean startPositions(int[] counts, int n) {
    int position = 0;
    for (int b = 0; b < BUCKETS; b++) {
      int count = counts[b];
      if (count == n) {
        return false;
      }
      counts[b] = position;
      position += count;
    }
    return true;
  }

  private static int digit(long key, int pass) {
    return (int) (key >>> (pass * BITS)) & (BUCKETS - 1);
  }

  /** Unsigned keys that fall as scores rise; adding 0.0 turns -0.0 into 0.0, which tie. */
  private static long fallingKey(double score) {
    long bits = Double.doubleToRawLongBits(score + 0.0);
    long rising = bits ^ ((bits >> 63) | Long.MIN_VALUE);
    return ~rising;
  }

  private static long risingKey(int group) {
    return (group ^ Integer.MIN_VALUE) & 0xffffffffL;
  }
}
