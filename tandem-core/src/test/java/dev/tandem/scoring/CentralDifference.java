package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleSupplier;

/** Derivatives of a loss by what it does to the numbers that it reads, in double precision. */
public final class CentralDifference {
  private static final double STEP = 1e-5;

  private CentralDifference() {}

  /**
   * Holds that a gradient is what the loss shows.
   *
   * @param what name of the numbers
   * @param at the numbers, which the loss reads; left as they are
   * @param i the one to move
   * @param gradient its derivative as computed
   * @return the derivative as seen
   */
  public static double check(
      String what, double[] at, int i, double gradient, DoubleSupplier loss) {
    double before = at[i];
    at[i] = before + STEP;
    double up = loss.getAsDouble();
    at[i] = before - STEP;
    double down = loss.getAsDouble();
    at[i] = before;
    double numeric = (up - down) / (2 * STEP);
    assertThat(Math.abs(gradient - numeric) / (1e-2 + Math.abs(numeric)))
        .as("d/d%s[%d] = %s, found %s", what, i, numeric, gradient)
        .isLessThan(1e-6);
    return numeric;
  }
}
