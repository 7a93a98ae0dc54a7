package dev.tandem.config;

import dev.tandem.schema.TaskKind;
import java.util.EnumSet;
import java.util.Set;

/** A metric by the name that a configuration uses. */
public enum MetricName {
  AUC(true, TaskKind.BINARY, TaskKind.MULTICLASS),
  GAUC(true, TaskKind.BINARY),
  LOGLOSS(false, TaskKind.BINARY, TaskKind.MULTICLASS),
  NE(false, TaskKind.BINARY),
  PCOC(false, TaskKind.BINARY),
  ECE(false, TaskKind.BINARY),
  BRIER(false, TaskKind.BINARY),
  NDCG(true, TaskKind.BINARY),
  ACCURACY(true, TaskKind.BINARY, TaskKind.MULTICLASS),
  RMSE(false, TaskKind.REGRESSION),
  MAE(false, TaskKind.REGRESSION),
  R2(true, TaskKind.REGRESSION),
  LOSS(false, TaskKind.BINARY, TaskKind.REGRESSION, TaskKind.MULTICLASS);

  private final boolean largerIsBetter;
  private final Set<TaskKind> kinds;

  MetricName(boolean largerIsBetter, TaskKind first, TaskKind... rest) {
    this.largerIsBetter = largerIsBetter;
    this.kinds = EnumSet.of(first, rest);
  }

  /**
   * Whether a larger value is a better one; for the ratio PCOC, whose best is 1, this is false and
   * means nothing.
   */
  public boolean largerIsBetter() {
    return largerIsBetter;
  }

  /** Whether tasks of that kind have this metric. */
  public boolean appliesTo(TaskKind kind) {
    return kinds.contains(kind);
  }
}
