package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.TaskKind;
import java.util.Collection;
import java.util.Optional;

/**
 * When to stop before the last epoch, and which state to keep.
 *
 * @param metric what is watched; empty: AUC when every task has one, otherwise the loss
 * @param task the task whose metric is watched; empty: the mean over the tasks
 * @param patience epochs without improvement before the training stops
 * @param minDelta what counts as an improvement
 */
@Doc("When to stop before the last epoch; the best state is the one that is kept.")
public record EarlyStopping(
    @Doc(
            "What is watched on the validation part; AUC when absent and every task has one, otherwise the loss.")
        @Shorthand
        Optional<MetricName> metric,
    @Doc("The task whose metric is watched; the mean over the tasks when absent.")
        Optional<String> task,
    @Doc("Epochs without improvement before the training stops.")
        @Default("3")
        @Range(min = 1, max = 1_000_000)
        int patience,
    @Doc("Smallest change that counts as an improvement.")
        @Default("0.0")
        @Range(min = 0, max = 1e6)
        double minDelta) {

  /** The metric that is watched when the tasks are of these kinds. */
  public MetricName metric(Collection<TaskKind> kinds) {
    boolean ranked = kinds.stream().allMatch(MetricName.AUC::appliesTo);
    return metric.orElse(ranked ? MetricName.AUC : MetricName.LOSS);
  }
}
