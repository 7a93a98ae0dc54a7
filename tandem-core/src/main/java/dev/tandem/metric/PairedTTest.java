package dev.tandem.metric;

import java.util.Arrays;

/**
 * Student's paired t-test, for runs of two models paired by seed and data split.
 *
 * @param pairs number of pairs
 * @param meanDifference mean of first minus second
 * @param deviation sample standard deviation of the differences
 * @param t mean over its standard error; NaN when all differences are zero
 * @param pValue two-sided
 */
public record PairedTTest(
    int pairs, double meanDifference, double deviation, double t, double pValue) {
  /**
   * Tests the differences of the pairs.
   *
   * @param first values of the first model, at least two
   * @param second values of the second, paired by position
   */
  public static PairedTTest of(double[] first, double[] second) {
    int n = first.length;
    if (n != second.length || n < 2) {
      throw new IllegalArgumentException(
          "a paired t-test needs at least two pairs; found " + n + " and " + second.length);
    }
    double[] d = new double[n];
    Arrays.setAll(d, i -> first[i] - second[i]);
    double mean = Arrays.stream(d).sum() / n;
    double squares = Arrays.stream(d).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = Math.sqrt(squares / (n - 1));
    double t = mean / (deviation / Math.sqrt(n));
    return new PairedTTest(n, mean, deviation, t, Distributions.studentTwoSided(t, n - 1.0));
  }

  /** Interval of the mean difference. */
  public Interval interval(double level) {
    double reach = Distributions.studentQuantile(level, pairs - 1.0) * deviation / Math.sqrt(pairs);
    return new Interval(meanDifference - reach, meanDifference + reach, level);
  }
}
