package dev.tandem.metric;

/** Tail probabilities and quantiles of the normal and of Student's t distribution. */
final class Distributions {
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-06,
    1.5056327351493116e-07
  };
  private static final double TINY = 1e-300;

  private Distributions() {}

  /** P(|Z| ≥ |z|) for a standard normal Z. */
  static double normalTwoSided(double z) {
    double x = z * z / 2;
    return x < 1.5 ? 1 - lowerGamma(x) : upperGamma(x);
  }

  /** P(|T| ≥ |t|) for Student's t with {@code df} degrees of freedom. */
  static double studentTwoSided(double t, double df) {
    if (Double.isInfinite(t)) {
      return 0;
    }
    return incompleteBeta(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5);
  }

  /** The z with P(|Z| ≤ z) = level. */
  static double normalQuantile(double level) {
    return upperEnd(1 - level, Distributions::normalTwoSided);
  }

  /** The t with P(|T| ≤ t) = level. */
  static double studentQuantile(double level, double df) {
    return upperEnd(1 - level, t -> studentTwoSided(t, df));
  }

  /** Halves until the doubles run out; the tail falls strictly. */
  private static double upperEnd(double tail, java.util.function.DoubleUnaryOperator tailOf) {
    double high = 1;
    while (tailOf.applyAsDouble(high) > tail) {
      high *= 2;
    }
    double low = 0;
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      if (tailOf.applyAsDouble(middle) > tail) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Regularised P(1/2, x) by its series. */
  private static double lowerGamma(double x) {
    double term = 2;
    double sum = term;
    for (int k = 1; k < 500 && term > sum * 1e-17; k++) {
      term *= x / (0.5 + k);
      sum += term;
    }
    return sum * Math.exp(-x) * Math.sqrt(x / Math.PI);
  }

  /** Regularised Q(1/2, x) by its continued fraction (modified Lentz). */
  private static double upperGamma(double x) {
    double b = x + 0.5;
    double c = 1 / TINY;
    double d = 1 / b;
    double h = d;
    for (int i = 1; i < 500; i++) {
      double a = -i * (i - 0.5);
      b += 2;
      d = 1 / nonZero(a * d + b);
      c = nonZero(b + a / c);
      double factor = c * d;
      h *= factor;
      if (Math.abs(factor - 1) < 1e-16) {
        break;
      }
    }
    return h * Math.exp(-x) * Math.sqrt(x / Math.PI);
  }

  /** Regularised I_x(a, b), with y = 1 − x given apart so that nothing cancels. */
  private static double incompleteBeta(double x, double y, double a, double b) {
    if (x <= 0 || y <= 0) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
    return x < (a + 1) / (a + b + 2)
        ? front * betaFraction(x, a, b) / a
        : 1 - front * betaFraction(y, b, a) / b;
  }

  private static double betaFraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
    double h = d;
    for (int m = 1; m < 1000; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / nonZero(1 + even * d);
      c = nonZero(1 + even / c);
      h *= c * d;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + odd * d);
      c = nonZero(1 + odd / c);
      double factor = c * d;
      h *= factor;
      if (Math.abs(factor - 1) < 1e-16) {
        break;
      }
    }
    return h;
  }

  private static double nonZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  /** Lanczos approximation (g = 7, nine terms), about 1e-15 relative for x ≥ 1/2. */
  private static double logGamma(double x) {
    double z = x - 1;
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (z + i);
    }
    double t = z + 7.5;
    return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
