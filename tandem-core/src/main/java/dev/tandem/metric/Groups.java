package dev.tandem.metric;

/**
 * Rows gathered by group: groups by rising number, and inside a group rows by falling score, equal
 * scores in the order of the rows; all of them in that order where a row has several scores.
 */
final class Groups {
  private final int[] order;
  private final int[] starts;

  private Groups(int[] order, int[] starts) {
    this.order = order;
    this.starts = starts;
  }

  static Groups of(int[] scoreOrder, int[] groups) {
    int[] order = ScoreOrder.byGroup(scoreOrder, groups);
    int count = 0;
    for (int i = 0; i < order.length; i++) {
      if (i == 0 || groups[order[i]] != groups[order[i - 1]]) {
        count++;
      }
    }
    int[] starts = new int[count + 1];
    int g = 0;
    for (int i = 0; i < order.length; i++) {
      if (i == 0 || groups[order[i]] != groups[order[i - 1]]) {
        starts[g++] = i;
      }
    }
    starts[count] = order.length;
    return new Groups(order, starts);
  }

  int count() {
    return starts.length - 1;
  }

  /** Row numbers; group g owns the positions from {@link #start} of g to that of g + 1. */
  int[] order() {
    return order;
  }

  int start(int group) {
    return starts[group];
  }

  int end(int group) {
    return starts[group + 1];
  }
}
