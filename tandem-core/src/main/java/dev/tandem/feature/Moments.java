package dev.tandem.feature;

/**
 * Mean and standard deviation of the training part's observed values.
 *
 * @param mean the mean
 * @param sd the standard deviation (divisor n), 1 where the values do not vary
 */
public record Moments(double mean, double sd) {
  /** Leaves numbers as they are. */
  public static final Moments IDENTITY = new Moments(0, 1);

  /** {@code value} in standard deviations from the mean. */
  public double standardise(double value) {
    return (value - mean) / sd;
  }

  /** The value that {@link #standardise} maps to {@code standardised}. */
  public double restore(double standardised) {
    return standardised * sd + mean;
  }
}
