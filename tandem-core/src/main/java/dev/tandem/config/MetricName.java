package dev.tandem.config;

import dev.tandem.schema.TaskKind;

/** A metric by the name that a configuration uses. */
public enum MetricName {
  AUC,
  GAUC,
  LOGLOSS,
  NE,
  PCOC,
  ECE,
  BRIER,
  NDCG,
  ACCURACY,
  RMSE,
  MAE,
  R2,
  LOSS;

  /** Whether a larger value is a better one; false for PCOC, whose best value is 1. */
  public boolean largerIsBetter() {
    return switch (this) {
      case AUC, GAUC, NDCG, ACCURACY, R2 -> true;
      case LOGLOSS, NE, PCOC, ECE, BRIER, RMSE, MAE, LOSS -> false;
    };
  }

  /** Whether tasks of that kind have this metric. */
  public boolean appliesTo(TaskKind kind) {
    return switch (this) {
      case LOSS -> true;
      case AUC, LOGLOSS, ACCURACY -> kind != TaskKind.REGRESSION;
      case GAUC, NE, PCOC, ECE, BRIER, NDCG -> kind == TaskKind.BINARY;
      case RMSE, MAE, R2 -> kind == TaskKind.REGRESSION;
    };
  }
}
