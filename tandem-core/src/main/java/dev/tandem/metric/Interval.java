package dev.tandem.metric;

/**
 * A confidence interval.
 *
 * @param low lower end
 * @param high upper end
 * @param level its nominal coverage, such as 0.95
 */
public record Interval(double low, double high, double level) {
  /** Whether the value lies inside or on an end. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
