package dev.tandem.config;

import dev.tandem.schema.TaskKind;

/** A metric by the name that a configuration uses. */
public enum MetricName {
  AUC,
  MACRO_AUC,
  GAUC,
  UAUC,
  LOGLOSS,
  NE,
  RIG,
  PCOC,
  ECE,
  BRIER,
  NDCG,
  ACCURACY,
  MSE,
  RMSE,
  MAE,
  R2,
  LOSS;

  /** Whether a larger value is a better one; false for PCOC, whose best value is 1. */
  public boolean largerIsBetter() {
    return switch (this) {
      case AUC, MACRO_AUC, GAUC, UAUC, RIG, NDCG, ACCURACY, R2 -> true;
      case LOGLOSS, NE, PCOC, ECE, BRIER, MSE, RMSE, MAE, LOSS -> false;
    };
  }

  /** Whether tasks of that kind have this metric. */
  public boolean appliesTo(TaskKind kind) {
    return switch (this) {
      case LOSS -> true;
      case AUC, LOGLOSS, ACCURACY -> kind != TaskKind.REGRESSION;
      case MACRO_AUC -> kind == TaskKind.MULTICLASS;
      case GAUC, UAUC, NE, RIG, PCOC, ECE, BRIER, NDCG -> kind == TaskKind.BINARY;
      case MSE, RMSE, MAE, R2 -> kind == TaskKind.REGRESSION;
    };
  }

  /** Whether it is computed group by group, and so needs a group column. */
  public boolean byGroup() {
    return this == GAUC || this == UAUC || this == NDCG;
  }
}
