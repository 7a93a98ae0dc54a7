package dev.tandem.calibration;

import dev.tandem.metric.Rows;

/**
 * Platt's scaling on the logit: sigmoid(slope · logit(p) + intercept). Fitted by maximum likelihood
 * against smoothed targets (Platt, 1999) with Newton's method and backtracking (Lin, Lin and Weng,
 * Machine Learning 68, 2007). The order of the rows stays as it is: where the best slope is not
 * positive, because the scores rank worse than chance, the slope is 1 and only the intercept is
 * fitted.
 *
 * @param slope factor on the logit
 * @param intercept added to it
 */
public record Platt(double slope, double intercept) implements Calibrator {
  /** Distance from 0 and 1 at which logits end. */
  private static final double CLIP = 1e-12;

  private static final int STEPS = 100;
  private static final double RIDGE = 1e-12;

  public Platt {
    if (!Double.isFinite(slope) || !Double.isFinite(intercept)) {
      throw new IllegalArgumentException(
          "slope " + slope + " and intercept " + intercept + " must be finite");
    }
  }

  @Override
  public double apply(double probability) {
    return sigmoid(slope * logit(probability) + intercept);
  }

  static double logit(double p) {
    double clipped = Math.min(Math.max(p, CLIP), 1 - CLIP);
    return Math.log(clipped) - Math.log1p(-clipped);
  }

  private static double sigmoid(double z) {
    double e = Math.exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  /**
   * The scaling that fits binary rows best. Labels count as (P + 1) / (P + 2) and 1 / (N + 2), P
   * and N being the weights of the positives and the negatives, so that no finite set of rows
   * proves a probability of 0 or 1.
   */
  public static Platt fit(Rows rows) {
    int n = rows.count();
    double[] logits = new double[n];
    for (int i = 0; i < n; i++) {
      logits[i] = logit(rows.score(i));
    }
    double positives = rows.totalLabel();
    double negatives = rows.totalWeight() - positives;
    Problem problem =
        new Problem(rows, logits, (positives + 1) / (positives + 2), 1 / (negatives + 2));
    Platt best = problem.solve(true);
    return best.slope > 0 ? best : problem.solve(false);
  }

  /** The likelihood of the smoothed targets. */
  private static final class Problem {
    private final Rows rows;
    private final double[] logits;
    private final double high;
    private final double low;

    Problem(Rows rows, double[] logits, double high, double low) {
      this.rows = rows;
      this.logits = logits;
      this.high = high;
      this.low = low;
    }

    /** Newton's method with backtracking, from the identity. */
    Platt solve(boolean sloped) {
      double a = 1;
      double b = 0;
      double loss = loss(a, b);
      for (int step = 0; step < STEPS; step++) {
        double[] d = derivatives(a, b);
        if (!sloped) {
          d[0] = 0;
          d[3] = 0;
        }
        double determinant = d[2] * d[4] - d[3] * d[3];
        double stepA = -(d[4] * d[0] - d[3] * d[1]) / determinant;
        double stepB = -(d[2] * d[1] - d[3] * d[0]) / determinant;
        double descent = d[0] * stepA + d[1] * stepB;
        double size = 1;
        double next = loss(a + stepA, b + stepB);
        while (!(next <= loss + 1e-4 * size * descent) && size > 1e-10) {
          size /= 2;
          next = loss(a + size * stepA, b + size * stepB);
        }
        if (!(next < loss)) {
          break; // as near as doubles come
        }
        a += size * stepA;
        b += size * stepB;
        loss = next;
      }
      return new Platt(a, b);
    }

    double target(int i) {
      return rows.label(i) == 1 ? high : low;
    }

    double loss(double a, double b) {
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        double z = a * logits[i] + b;
        sum +=
            rows.weight(i) * (Math.max(z, 0) - target(i) * z + Math.log1p(Math.exp(-Math.abs(z))));
      }
      return sum;
    }

    /** By a and b, then aa, ab and bb. */
    double[] derivatives(double a, double b) {
      double[] d = {0, 0, RIDGE, 0, RIDGE};
      for (int i = 0; i < logits.length; i++) {
        double x = logits[i];
        double p = sigmoid(a * x + b);
        double off = rows.weight(i) * (p - target(i));
        double curved = rows.weight(i) * p * (1 - p);
        d[0] += off * x;
        d[1] += off;
        d[2] += curved * x * x;
        d[3] += curved * x;
        d[4] += curved;
      }
      return d;
    }
  }
}
