package dev.tandem.metric;

/** Which values of a metric are the better ones. */
public enum Better {
  /** Larger is better, such as AUC. */
  HIGHER,
  /** Smaller is better, such as log loss. */
  LOWER,
  /** Nearer to one is better, such as PCOC. */
  NEAR_ONE;

  /**
   * Whether {@code candidate} is strictly better than {@code best}. An undefined (NaN) candidate
   * never is; any defined candidate is better than an undefined best.
   */
  public boolean improves(double candidate, double best) {
    if (Double.isNaN(candidate)) {
      return false;
    }
    return Double.isNaN(best) || gain(candidate, best) > 0;
  }

  /** By how much {@code value} is better than {@code base}: positive means better. */
  public double gain(double value, double base) {
    return switch (this) {
      case HIGHER -> value - base;
      case LOWER -> base - value;
      case NEAR_ONE -> Math.abs(base - 1) - Math.abs(value - 1);
    };
  }
}
