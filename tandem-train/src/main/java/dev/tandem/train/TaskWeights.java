package dev.tandem.train;

import dev.tandem.config.LossConfig;
import dev.tandem.model.Independent;
import dev.tandem.schema.Task;
import java.util.List;

/**
 * The weights of the task losses in the joint loss: ω·γ^t, limited to [1e-4, 1e4], t the number of
 * epochs done (PLE paper, section 4.3). A joint loss that is a mean divides them by the number of
 * tasks; the composite losses of other heads are never divided.
 */
record TaskWeights(List<Task> tasks, boolean mean) {
  private static final double LEAST = 1e-4;
  private static final double MOST = 1e4;

  static TaskWeights of(Blueprint blueprint, LossConfig loss) {
    boolean mean =
        loss.reduction() == LossConfig.Reduction.MEAN
            && blueprint.model().head() instanceof Independent;
    return new TaskWeights(blueprint.tasks(), mean);
  }

  /** The weights [K] during an epoch, counted from 0. */
  float[] during(long epoch) {
    float[] omega = new float[tasks.size()];
    for (int k = 0; k < omega.length; k++) {
      Task task = tasks.get(k);
      double weight = task.weight() * StrictMath.pow(task.weightDecay(), (double) epoch);
      double limited = task.weight() == 0 ? 0 : Math.min(MOST, Math.max(LEAST, weight));
      omega[k] = (float) (mean ? limited / omega.length : limited);
    }
    return omega;
  }
}
