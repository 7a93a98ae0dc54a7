package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;

/**
 * How the losses of rows and tasks become one number.
 *
 * @param reduction mean or sum over the tasks
 * @param norm what a task's loss is divided by
 * @param decayPer what the decay of the tasks' weights counts
 */
@Doc("How the losses of rows and tasks become one number.")
public record LossConfig(
    @Doc(
            "Mean or sum of the tasks' weighted losses; penalties and composite losses are never divided.")
        @Default("mean")
        Reduction reduction,
    @Doc(
            "What a task's loss is divided by: the weights of the rows where the task is observed (mask_sum), or of all rows of the"
                + " batch (batch).")
        @Default("mask_sum")
        Norm norm,
    @Doc("Whether a task's weight_decay applies once per epoch or once per step.") @Default("epoch")
        Period decayPer) {

  /** Mean or sum over the tasks. */
  public enum Reduction {
    MEAN,
    SUM
  }

  /** What a task's loss is divided by. */
  public enum Norm {
    MASK_SUM,
    BATCH
  }

  /** A stretch of the training. */
  public enum Period {
    EPOCH,
    STEP
  }
}
