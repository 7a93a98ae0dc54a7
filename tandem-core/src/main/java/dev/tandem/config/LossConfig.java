package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;

/**
 * How a task's losses over a batch become one number.
 *
 * @param reduction mean or sum
 * @param norm what a mean divides by
 */
@Doc("How a task's losses over a batch become one number.")
public record LossConfig(
    @Doc("Mean or sum over the rows where the task is observed.") @Default("mean")
        Reduction reduction,
    @Doc(
            "What a mean divides by: the weights of the rows where the task is observed (mask_sum), or of all rows of the"
                + " batch (batch).")
        @Default("mask_sum")
        Norm norm) {

  /** Mean or sum. */
  public enum Reduction {
    MEAN,
    SUM
  }

  /** What a mean divides by. */
  public enum Norm {
    MASK_SUM,
    BATCH
  }
}
