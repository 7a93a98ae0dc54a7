package dev.tandem.train;

import dev.tandem.config.LossConfig;
import dev.tandem.schema.Task;
import java.util.List;

/**
 * The weights of the task losses in the joint loss: ω·γ^t, limited to [1e-4, 1e4], t the number of
 * epochs or steps done (PLE paper, section 4.3, which says both). A joint loss that is a mean
 * divides them by the number of tasks; what a head adds to it, and the composite losses of other
 * heads, are never divided.
 */
record TaskWeights(List<Task> tasks, boolean mean, LossConfig.Period period) {
  private static final double LEAST = 1e-4;
  private static final double MOST = 1e4;

  static TaskWeights of(Blueprint blueprint, LossConfig loss) {
    boolean mean =
        loss.reduction() == LossConfig.Reduction.MEAN && blueprint.model().head().weighsTasks();
    return new TaskWeights(blueprint.tasks(), mean, loss.decayPer());
  }

  /** The weights [K] of the step that follows so many steps and epochs. */
  float[] after(long steps, long epochs) {
    double done = period == LossConfig.Period.STEP ? steps : epochs;
    float[] omega = new float[tasks.size()];
    for (int k = 0; k < omega.length; k++) {
      Task task = tasks.get(k);
      double weight = task.weight() * StrictMath.pow(task.weightDecay(), done);
      double limited = task.weight() == 0 ? 0 : Math.min(MOST, Math.max(LEAST, weight));
      omega[k] = (float) (mean ? limited / omega.length : limited);
    }
    return omega;
  }
}
