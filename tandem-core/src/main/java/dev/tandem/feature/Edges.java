package dev.tandem.feature;

import java.util.Arrays;
import java.util.List;

/** Ascending inner edges of buckets. Immutable. */
final class Edges {
  private final double[] edges;

  Edges(List<Double> edges) {
    // Padded to a power of two with edges that no number reaches.
    this.edges = new double[Integer.highestOneBit(Math.max(1, edges.size())) * 2];
    Arrays.fill(this.edges, Double.POSITIVE_INFINITY);
    for (int i = 0; i < edges.size(); i++) {
      this.edges[i] = edges.get(i);
    }
  }

  /**
   * The id of a finite number's bucket: 1 and one more for every edge that is at most {@code
   * value}; without branches that depend on the value, which no processor could foresee.
   */
  int bucket(double value) {
    int reached = 0;
    for (int step = edges.length / 2; step > 0; step /= 2) {
      reached += edges[reached + step - 1] <= value ? step : 0;
    }
    return 1 + reached;
  }
}
