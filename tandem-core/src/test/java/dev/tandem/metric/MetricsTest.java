package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Rows BINARY =
      Rows.binary(new double[] {.9, .2, .6, .4}, new float[] {1, 0, 0, 1});

  @Test
  void findsEveryMetricOfThePackage() {
    assertThat(Metrics.all().names())
        .containsExactly(
            "accuracy",
            "auc",
            "brier",
            "ece",
            "gauc",
            "logloss",
            "macro_auc",
            "mae",
            "mse",
            "ndcg@10",
            "ne",
            "pcoc",
            "r2",
            "rig",
            "rmse",
            "uauc");
  }

  @Test
  void namesMayCarryANumber() {
    assertThat(Metrics.all().get("ndcg@5")).isEqualTo(new Ndcg(5, false, false));
    assertThat(Metrics.all().get("ece@20")).isEqualTo(new Ece(20, Binning.EQUAL_WIDTH));
    assertThat(Metrics.all().get("auc")).isEqualTo(new Auc());
    for (String wrong : List.of("acu", "auc@3", "ndcg@0", "ndcg@", "@5")) {
      assertThatThrownBy(() -> Metrics.all().get(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong + "'")
          .hasMessageContaining("logloss");
    }
  }

  @Test
  void onlyWhatAppliesIsMeasured() {
    assertThat(Metrics.all().measure("click", BINARY).values())
        .containsOnlyKeys("accuracy", "auc", "brier", "ece", "logloss", "ne", "pcoc", "rig");
    assertThat(Metrics.all().measure("click", BINARY.grouped(new int[4])).values())
        .containsKeys("gauc", "uauc", "ndcg@10");
    Rows regression = Rows.regression(new double[] {1, 2}, new float[] {1, 3});
    assertThat(Metrics.all().measure("time", regression).values())
        .containsOnlyKeys("mae", "mse", "r2", "rmse");
    Rows multiclass = Rows.multiclass(new double[] {.2, .8, .6, .4}, 2, new float[] {1, 1});
    assertThat(Metrics.all().measure("kind", multiclass).values())
        .containsOnlyKeys("accuracy", "logloss", "macro_auc");
  }

  @Test
  void mapsAreFitForJson() {
    TaskMetrics metrics =
        Metrics.measure("click", BINARY, List.of(new Auc(), new LogLoss()))
            .withIntervals(BINARY, new Bootstrap(50, .95, 1), List.of(new LogLoss()));
    Map<String, Object> map = new Evaluation(9, Map.of("click", metrics)).toMap();
    assertThat(map).containsEntry("rows", 9L).containsOnlyKeys("rows", "tasks");
    assertThat(metrics.toMap().keySet())
        .containsExactly("n", "positives", "auc", "logloss", "intervals");
    assertThat(metrics.toMap()).containsEntry("n", 4L).containsEntry("auc", .75);
    assertThat(map.get("tasks")).isEqualTo(Map.of("click", metrics.toMap()));
  }

  @Test
  void undefinedMetricsAreNamedInsteadOfPrinted() {
    Rows rows = Rows.binary(new double[] {.9, .2}, new float[] {0, 0}).grouped(new int[] {1, 2});
    Map<String, Object> map = Metrics.measure("buy", rows, List.of(new Auc(), new Gauc())).toMap();
    assertThat(map).doesNotContainKeys("auc", "gauc");
    assertThat(map).containsEntry("undefined", List.of("auc", "gauc"));
    assertThat(map).containsEntry("rows", Map.of("gauc", 0L));
    assertThat(map)
        .containsEntry(
            "details", Map.of("gauc", Map.of("groups", 2L, "groups_kept", 0L, "rows_kept", 0L)));
  }

  @Test
  void meanIsOverTheTasksThatHaveTheMetric() {
    Rows regression = Rows.regression(new double[] {1, 2}, new float[] {1, 3});
    Rows flat = Rows.binary(new double[] {.5, .5}, new float[] {1, 0});
    Map<String, TaskMetrics> tasks = new LinkedHashMap<>();
    tasks.put("a", Metrics.all().measure("a", BINARY));
    tasks.put("b", Metrics.all().measure("b", flat));
    tasks.put("c", Metrics.all().measure("c", regression));
    assertThat(new Evaluation(4, tasks).mean("auc")).isEqualTo(.625);
    assertThat(new Evaluation(4, tasks).mean("gauc")).isNaN();
    Rows none = Rows.binary(new double[] {.5}, new float[] {1});
    tasks.put("b", Metrics.all().measure("b", none));
    assertThat(new Evaluation(4, tasks).mean("auc")).isNaN();
  }

  @Test
  void betterKnowsDirectionsAndNaN() {
    assertThat(Better.HIGHER.improves(.6, .5)).isTrue();
    assertThat(Better.HIGHER.improves(.5, .5)).isFalse();
    assertThat(Better.LOWER.improves(.4, .5)).isTrue();
    assertThat(Better.NEAR_ONE.improves(.9, 1.2)).isTrue();
    assertThat(Better.NEAR_ONE.improves(1.2, .9)).isFalse();
    assertThat(Better.HIGHER.improves(Double.NaN, .1)).isFalse();
    assertThat(Better.HIGHER.improves(.1, Double.NaN)).isTrue();
  }

  @Test
  void badRowsAreRefusedWithTheirNumber() {
    refused("label of row 1", () -> Rows.binary(new double[] {1, 2}, new float[] {1, .5f}));
    refused("score 0 is NaN", () -> Rows.binary(new double[] {Double.NaN}, new float[] {1}));
    refused("probabilities has 1", () -> Rows.binary(new double[] {1}, new float[] {1, 0}));
    refused("label of row 0", () -> Rows.regression(new double[1], new float[] {Float.NaN}));
    refused("classes are 0 to 1", () -> Rows.multiclass(new double[2], 2, new float[] {2}));
    refused("classes is 1", () -> Rows.multiclass(new double[1], 1, new float[] {0}));
    refused("weight of row 2", () -> BINARY.weighted(new double[] {1, 1, -1, 1}));
    refused("groups has 2", () -> BINARY.grouped(new int[2]));
    refused("field has 2", () -> FieldEce.of(BINARY, new int[2]));
    refused("k is 0", () -> new Ndcg(0, false, false));
    refused("maxPoints", () -> RocCurve.of(BINARY, 1));
    refused("bins", () -> CalibrationCurve.of(BINARY, 0, Binning.EQUAL_MASS));
    refused("histogram", () -> ScoreHistogram.of(BINARY, 3, 1, 1));
    refused("two pairs", () -> PairedTTest.of(new double[1], new double[1]));
    refused("weighted", () -> DeLong.estimate(BINARY.weighted(new double[4])));
    refused("resamples", () -> new Bootstrap(1, .95, 0));
    refused("level", () -> new Bootstrap(10, 1, 0));
  }

  private static void refused(
      String says, org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
    assertThatThrownBy(c).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(says);
  }
}
