package dev.tandem.metric;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Percentile bootstrap of metrics (Efron). Rows that have groups are resampled by whole groups,
 * since the rows of one user are not independent; otherwise by row. Results depend on the seed
 * alone, not on the number of threads; replicates in which the metric is undefined are dropped.
 *
 * <p>Cost: each replicate is one linear pass, the sort being shared; memory 12 bytes per row and
 * running thread.
 *
 * @param resamples number of replicates, 1000 for publication
 * @param level coverage of the intervals, such as 0.95
 * @param seed of the draws
 */
public record Bootstrap(int resamples, double level, long seed) {
  /** Refuses fewer than 2 replicates and a level outside (0, 1). */
  public Bootstrap {
    if (resamples < 2) {
      throw new IllegalArgumentException("resamples is " + resamples + "; at least 2 are needed");
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + "; it must lie between 0 and 1");
    }
  }

  /**
   * A paired comparison of two models on the same rows.
   *
   * @param difference metric of the first minus metric of the second
   * @param interval percentile interval of the difference
   * @param pValue two-sided: twice the smaller share of replicates on either side of zero, at most
   *     1 and at least 2/(replicates + 1); NaN, as the interval, of one unit alone
   */
  public record Comparison(double difference, Interval interval, double pValue) {}

  /** The interval of a metric; both ends NaN when no replicate is defined, or of one unit alone. */
  public Interval interval(Metric metric, Rows rows) {
    return percentiles(replicates(replicate(metric, rows)));
  }

  /**
   * Compares two models judged on the same rows, with the same draws for both.
   *
   * @throws IllegalArgumentException if labels, weights or groups differ
   */
  public Comparison compare(Metric metric, Rows first, Rows second) {
    if (!first.pairsWith(second)) {
      throw new IllegalArgumentException(
          "the two models were judged on different rows: labels, weights and groups must be equal");
    }
    Replicate a = replicate(metric, first);
    Replicate b = replicate(metric, second);
    double[] differences =
        replicates(new Replicate(a.units(), times -> a.value().of(times) - b.value().of(times)));
    double difference = metric.measure(first).value() - metric.measure(second).value();
    return new Comparison(difference, percentiles(differences), pValue(differences));
  }

  private static Replicate replicate(Metric metric, Rows rows) {
    if (metric instanceof GroupMetric byGroup) {
      GroupMetric.Values values = byGroup.perGroup(rows);
      return new Replicate(values.count(), values::mean);
    }
    if (!rows.isGrouped()) {
      return new Replicate(rows.count(), times -> metric.measure(rows.repeated(times)).value());
    }
    int[] groupOf = groupOf(rows);
    return new Replicate(
        rows.groups().count(),
        times -> {
          int[] perRow = new int[groupOf.length];
          for (int i = 0; i < perRow.length; i++) {
            perRow[i] = times[groupOf[i]];
          }
          return metric.measure(rows.repeated(perRow)).value();
        });
  }

  private static int[] groupOf(Rows rows) {
    Groups groups = rows.groups();
    int[] groupOf = new int[rows.count()];
    for (int g = 0; g < groups.count(); g++) {
      for (int at = groups.start(g); at < groups.end(g); at++) {
        groupOf[groups.order()[at]] = g;
      }
    }
    return groupOf;
  }

  /** Values of the defined replicates, sorted. */
  private double[] replicates(Replicate replicate) {
    if (replicate.units() < 2) {
      return new double[0]; // every draw would be the same one again, as if nothing were uncertain
    }
    IntToDoubleFunction one =
        b -> replicate.value().of(new Resample(seed, b).times(replicate.units()));
    double[] values =
        IntStream.range(0, resamples)
            .parallel()
            .mapToDouble(one)
            .filter(value -> !Double.isNaN(value))
            .toArray();
    Arrays.sort(values);
    return values;
  }

  private Interval percentiles(double[] sorted) {
    double tail = (1 - level) / 2;
    return new Interval(quantile(sorted, tail), quantile(sorted, 1 - tail), level);
  }

  /** Linear interpolation between order statistics. */
  private static double quantile(double[] sorted, double q) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static double pValue(double[] differences) {
    if (differences.length == 0) {
      return Double.NaN;
    }
    long low = Arrays.stream(differences).filter(d -> d <= 0).count();
    long high = Arrays.stream(differences).filter(d -> d >= 0).count();
    return Math.min(1, 2.0 * (Math.min(low, high) + 1) / (differences.length + 1));
  }

  private record Replicate(int units, Value value) {}

  private interface Value {
    double of(int[] times);
  }
}
