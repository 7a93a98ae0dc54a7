package dev.tandem.embedding;

/**
 * What one update of rows needs to know beside the gradient.
 *
 * @param number of the step, from 1; drives the bias correction
 * @param rate factor on the learning rate (schedule)
 * @param gradientScale factor on the gradient (clipping); 1 leaves it alone
 */
public record RowStep(long number, double rate, double gradientScale) {
  /** An unscheduled, unclipped step. */
  public RowStep(long number) {
    this(number, 1, 1);
  }
}
