package dev.tandem.metric;

/**
 * Variance of AUCs from their structural components (DeLong et al., Biometrics 1988; the rank form
 * of Sun and Xu, 2014, O(n log n)). Takes rows as independent: where users have many rows each,
 * prefer {@link Bootstrap}. Weights are not supported.
 */
public final class DeLong {
  private DeLong() {}

  /**
   * One AUC.
   *
   * @param auc the value
   * @param variance its estimated variance; NaN with fewer than two rows of a class
   */
  public record Estimate(double auc, double variance) {
    /** Normal interval, cut to [0, 1]. */
    public Interval interval(double level) {
      double reach = Distributions.normalQuantile(level) * Math.sqrt(variance);
      return new Interval(Math.max(0, auc - reach), Math.min(1, auc + reach), level);
    }
  }

  /**
   * The difference of two AUCs on the same rows.
   *
   * @param difference first minus second
   * @param variance estimated variance of the difference
   * @param z difference over its standard deviation; 0 when both are 0
   * @param pValue two-sided
   */
  public record Comparison(double difference, double variance, double z, double pValue) {
    /** Normal interval of the difference. */
    public Interval interval(double level) {
      double reach = Distributions.normalQuantile(level) * Math.sqrt(variance);
      return new Interval(difference - reach, difference + reach, level);
    }
  }

  /** The AUC of binary rows with its variance. */
  public static Estimate estimate(Rows rows) {
    Components c = Components.of(rows);
    return new Estimate(c.auc(), c.covariance(c));
  }

  /**
   * Compares two models judged on the same rows.
   *
   * @throws IllegalArgumentException if the labels differ or rows are weighted
   */
  public static Comparison compare(Rows first, Rows second) {
    if (!first.pairsWith(second)) {
      throw new IllegalArgumentException(
          "the two models were judged on different rows: labels must be equal");
    }
    Components a = Components.of(first);
    Components b = Components.of(second);
    double difference = a.auc() - b.auc();
    double variance = Math.max(0, a.covariance(a) + b.covariance(b) - 2 * a.covariance(b));
    double z = difference == 0 ? 0 : difference / Math.sqrt(variance);
    return new Comparison(difference, variance, z, Distributions.normalTwoSided(z));
  }

  /**
   * For each positive the share of negatives below it, for each negative the share of positives
   * above it, ties counting half; both in the order of the rows.
   */
  private static final class Components {
    private final double[] positives;
    private final double[] negatives;

    private Components(double[] positives, double[] negatives) {
      this.positives = positives;
      this.negatives = negatives;
    }

    static Components of(Rows rows) {
      if (rows.isWeighted()) {
        throw new IllegalArgumentException("DeLong's variance is not defined for weighted rows");
      }
      int n = rows.count();
      int[] order = rows.order();
      double[] component = new double[n];
      int total = (int) rows.totalLabel();
      long above = 0;
      long aboveNegatives = 0;
      int at = 0;
      while (at < n) {
        int from = at;
        double score = rows.score(order[at]);
        long tied = 0;
        for (; at < n && rows.score(order[at]) == score; at++) {
          tied += (long) rows.label(order[at]);
        }
        long tiedNegatives = at - from - tied;
        long below = n - total - aboveNegatives - tiedNegatives;
        for (int i = from; i < at; i++) {
          component[order[i]] =
              rows.label(order[i]) == 1
                  ? (below + tiedNegatives / 2.0) / (n - total)
                  : (above + tied / 2.0) / total;
        }
        above += tied;
        aboveNegatives += tiedNegatives;
      }
      double[] positives = new double[total];
      double[] negatives = new double[n - total];
      int p = 0;
      int q = 0;
      for (int i = 0; i < n; i++) {
        if (rows.label(i) == 1) {
          positives[p++] = component[i];
        } else {
          negatives[q++] = component[i];
        }
      }
      return new Components(positives, negatives);
    }

    double auc() {
      return positives.length == 0 || negatives.length == 0 ? Double.NaN : mean(positives);
    }

    double covariance(Components other) {
      return covariance(positives, other.positives) / positives.length
          + covariance(negatives, other.negatives) / negatives.length;
    }

    private static double covariance(double[] a, double[] b) {
      double meanA = mean(a);
      double meanB = mean(b);
      Sum sum = new Sum();
      for (int i = 0; i < a.length; i++) {
        sum.add((a[i] - meanA) * (b[i] - meanB));
      }
      return sum.value() / (a.length - 1);
    }

    private static double mean(double[] values) {
      Sum sum = new Sum();
      for (double v : values) {
        sum.add(v);
      }
      return sum.value() / values.length;
    }
  }
}
