package dev.tandem.experiment;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one task over the seeds of a model.
 *
 * @param bySeed defined values by seed
 */
record Sample(SortedMap<Long, Double> bySeed) {
  Sample {
    bySeed = new TreeMap<>(bySeed);
  }

  int count() {
    return bySeed.size();
  }

  double mean() {
    return values().length == 0 ? Double.NaN : Arrays.stream(values()).sum() / count();
  }

  /** Sample standard deviation; NaN below two values. */
  double deviation() {
    double mean = mean();
    double squares = Arrays.stream(values()).map(v -> (v - mean) * (v - mean)).sum();
    return count() < 2 ? Double.NaN : Math.sqrt(squares / (count() - 1));
  }

  private double[] values() {
    return bySeed.values().stream().mapToDouble(v -> v).toArray();
  }

  /** The values of both at the seeds that both have: [2][pairs]. */
  double[][] pairs(Sample other) {
    TreeMap<Long, double[]> pairs = new TreeMap<>();
    bySeed.forEach(
        (seed, value) -> {
          @Nullable Double there = other.bySeed.get(seed);
          if (there != null) {
            pairs.put(seed, new double[] {value, there});
          }
        });
    return new double[][] {
      pairs.values().stream().mapToDouble(p -> p[0]).toArray(),
      pairs.values().stream().mapToDouble(p -> p[1]).toArray()
    };
  }
}
