package dev.tandem.simulate;

import java.util.Arrays;

/**
 * Makes a second task with a chosen relation to a base task (the Criteo-R and Criteo-UR recipe of
 * DEPHN, section IV-A) for any base data: confidences from logits, a {@link Confidence} function,
 * noise with a chosen correlation, labels by a threshold. Pure functions; thread-safe.
 */
public final class SecondTask {
  /** Correlation of confidences that the paper states for the related pair. */
  public static final double RELATED = 0.9877;

  /** Correlation of confidences that the paper states for the unrelated pair. */
  public static final double UNRELATED = 0.5288;

  private static final int HALVINGS = 60;
  private static final int GRID = 200_001;
  private static final int NOISE = 400;

  private SecondTask() {}

  /**
   * Base confidences from logits.
   *
   * @param unrelated the correlation of c and sincos(c) that the mode is to reach; ignored by
   *     {@link Calibration#NONE}
   */
  public static double[] confidences(double[] logits, Calibration mode, double unrelated) {
    return switch (mode) {
      case NONE -> logits.clone();
      case AFFINE -> affine(logits, unrelated);
      case QUANTILE_UNIFORM -> uniform(logits, width(unrelated));
    };
  }

  /**
   * Half-width w for which c uniform on [−w, w] has the correlation {@code target} with sincos(c).
   */
  public static double width(double target) {
    double low = 2.5;
    double high = 4.5;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      double[] c = grid(middle);
      if (correlation(c, apply(Confidence.SINCOS, c)) > target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Mid-points of a fine equal grid on [−w, w]. */
  private static double[] grid(double w) {
    double[] c = new double[GRID];
    for (int i = 0; i < GRID; i++) {
      c[i] = w * (2 * (i + 0.5) / GRID - 1);
    }
    return c;
  }

  private static double[] affine(double[] logits, double target) {
    double mean = Arrays.stream(logits).average().orElse(0);
    double low = 1e-3;
    double high = 1e3;
    double[] c = new double[logits.length];
    // The first crossing from the side of small scales, where the correlation is near one.
    double step = low;
    while (step < high) {
      scale(logits, mean, step, c);
      if (correlation(c, apply(Confidence.SINCOS, c)) < target) {
        high = step;
      } else {
        low = step;
        step *= 1.25;
      }
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      scale(logits, mean, middle, c);
      if (correlation(c, apply(Confidence.SINCOS, c)) > target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    scale(logits, mean, (low + high) / 2, c);
    return c;
  }

  private static void scale(double[] from, double mean, double by, double[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = by * (from[i] - mean);
    }
  }

  /** Ranks spread evenly over [−w, w]; ties share their mean rank. */
  private static double[] uniform(double[] logits, double w) {
    int n = logits.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(logits[a], logits[b]));
    double[] c = new double[n];
    for (int from = 0; from < n; ) {
      int to = from + 1;
      while (to < n && logits[order[to]] == logits[order[from]]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        c[order[i]] = w * (2 * (rank - 0.5) / n - 1);
      }
      from = to;
    }
    return c;
  }

  /** The function's values, without noise. */
  public static double[] apply(Confidence function, double[] c) {
    return Arrays.stream(c).map(function::of).toArray();
  }

  /**
   * Standard deviation of independent noise that lowers a correlation to {@code target}: sd ·
   * √((correlation / target)² − 1), or 0 where the correlation is not above the target.
   */
  public static double noise(double[] c, double[] y, double target) {
    double now = correlation(c, y);
    return now <= target ? 0 : deviation(y) * Math.sqrt(now * now / (target * target) - 1);
  }

  /** Adds normal noise of standard deviation {@code sd}; value i depends on (seed, i) only. */
  public static double[] noisy(double[] y, double sd, long seed) {
    Draws draws = new Draws(seed);
    double[] out = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      out[i] = y[i] + sd * draws.at(NOISE, i).normal();
    }
    return out;
  }

  /** Labels 1 where the confidence exceeds the threshold. */
  public static int[] labels(double[] confidences, double threshold) {
    return Arrays.stream(confidences).mapToInt(v -> v > threshold ? 1 : 0).toArray();
  }

  /** The threshold above which a share 1 − {@code q} of the confidences lies. */
  public static double quantile(double[] confidences, double q) {
    double[] sorted = confidences.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) (q * sorted.length))];
  }

  /** Pearson correlation; NaN where either is constant. */
  public static double correlation(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElse(0);
    double my = Arrays.stream(y).average().orElse(0);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static double deviation(double[] y) {
    double mean = Arrays.stream(y).average().orElse(0);
    return Math.sqrt(Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }
}
