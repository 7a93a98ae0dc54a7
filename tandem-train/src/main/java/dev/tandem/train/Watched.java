package dev.tandem.train;

import dev.tandem.config.EarlyStopping;
import dev.tandem.config.MetricName;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.TaskMetrics;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.List;
import java.util.Locale;

/**
 * The one number that decides which state is best: a metric of one task, or its mean over the tasks
 * that have it.
 */
final class Watched {
  private final Blueprint blueprint;
  private final EarlyStopping config;
  private final MetricName metric;

  Watched(Blueprint blueprint, EarlyStopping config) {
    this.blueprint = blueprint;
    this.config = config;
    this.metric =
        config
            .metric()
            .orElse(
                blueprint.tasks().stream().allMatch(t -> MetricName.AUC.appliesTo(t.kind()))
                    ? MetricName.AUC
                    : MetricName.LOSS);
  }

  MetricName metric() {
    return metric;
  }

  /** What is watched, for people: {@code auc of income}. */
  String description() {
    String name = metric.name().toLowerCase(Locale.ROOT);
    return config.task().map(t -> name + " of " + t).orElse("mean " + name);
  }

  /** Its value; NaN when it is undefined for a task that counts. */
  double value(Evaluation evaluation) {
    List<Task> tasks =
        blueprint.tasks().stream()
            .filter(t -> config.task().map(t.name()::equals).orElse(true))
            .filter(t -> metric.appliesTo(t.kind()))
            .toList();
    double sum = 0;
    for (Task task : tasks) {
      TaskMetrics measured = evaluation.tasks().get(task.name());
      sum += measured == null ? Double.NaN : value(task, measured);
    }
    return sum / tasks.size();
  }

  private double value(Task task, TaskMetrics measured) {
    return switch (metric) {
      case AUC -> measured.value(task.kind() == TaskKind.MULTICLASS ? "macro_auc" : "auc");
      case LOSS -> {
        double sd = blueprint.moments(task).sd();
        yield task.kind() == TaskKind.REGRESSION
            ? measured.value("mse") / (sd * sd)
            : measured.value("logloss");
      }
      case NDCG ->
          measured.values().keySet().stream()
              .filter(name -> name.startsWith("ndcg"))
              .findFirst()
              .map(measured::value)
              .orElse(Double.NaN);
      default -> measured.value(metric.name().toLowerCase(Locale.ROOT));
    };
  }

  /** Whether a value is better than the best so far by at least what counts. */
  boolean improves(double value, double best) {
    if (Double.isNaN(value)) {
      return false;
    }
    double better = goodness(value) - goodness(best);
    return Double.isNaN(best) || (better > 0 && better >= config.minDelta());
  }

  private double goodness(double value) {
    return metric == MetricName.PCOC
        ? -Math.abs(value - 1)
        : metric.largerIsBetter() ? value : -value;
  }
}
