package dev.tandem.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An even sample of a stream of numbers: all of them up to 2^18, then those whose position hashes
 * below a limit that is halved each time the sample is full. Which numbers are kept depends on
 * their positions alone.
 */
final class Sample {
  private static final int CAPACITY = 1 << 18;

  private double[] values = new double[1024];
  private long[] keys = new long[1024];
  private int size;
  private long seen;
  private int level;

  void add(double value) {
    long key = Mix.of(++seen);
    if (level > 0 && key >>> (64 - level) != 0) {
      return;
    }
    if (size == CAPACITY) {
      halve();
      if (key >>> (64 - level) != 0) {
        return;
      }
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
      keys = Arrays.copyOf(keys, size * 2);
    }
    values[size] = value == 0 ? 0.0 : value;
    keys[size++] = key;
  }

  private void halve() {
    level++;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (keys[i] >>> (64 - level) == 0) {
        values[kept] = values[i];
        keys[kept++] = keys[i];
      }
    }
    size = kept;
  }

  /** The distinct {@code i/count}-quantiles above the smallest number, ascending. */
  List<Double> edges(int count) {
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    List<Double> edges = new ArrayList<>();
    for (int i = 1; i < count && size > 0; i++) {
      double edge = sorted[(int) Math.max(0, ((long) i * size + count - 1) / count - 1)];
      double last = edges.isEmpty() ? sorted[0] : edges.get(edges.size() - 1);
      if (edge > last) {
        edges.add(edge);
      }
    }
    return edges;
  }

  /**
   * Edges of {@code count} buckets of equal width in the logarithm, from the first to the last
   * percentile of the numbers, which are positive.
   */
  List<Double> logarithmicEdges(int count) {
    if (size == 0) {
      return List.of();
    }
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    double low = sorted[size / 100];
    double high = sorted[size - 1 - size / 100];
    List<Double> edges = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      double edge = low * StrictMath.pow(high / low, (double) i / count);
      if (edges.isEmpty() || edge > edges.get(edges.size() - 1)) {
        edges.add(edge);
      }
    }
    return edges;
  }
}
