package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Agreement with scikit-learn and SciPy to 1e-12; made by {@code metrics_fixtures.py}. */
class ScikitLearnTest {
  private static JsonNode fixtures;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ScikitLearnTest.class.getResourceAsStream("/metrics-scikit-learn.json"))) {
      fixtures = new ObjectMapper().readTree(in);
    }
  }

  @Test
  void binaryMetrics() {
    for (JsonNode f : fixtures.get("binary")) {
      Rows rows = Rows.binary(Json.doubles(f.get("p")), Json.floats(f.get("y")));
      Rows weighted = rows.weighted(Json.doubles(f.get("w")));
      same(Auc.of(rows), f.get("auc"));
      same(Auc.of(weighted), f.get("aucWeighted"));
      same(new LogLoss().of(rows), f.get("logloss"));
      same(new LogLoss().of(weighted), f.get("loglossWeighted"));
      same(new Brier().measure(rows).value(), f.get("brier"));
      same(new Brier().measure(weighted).value(), f.get("brierWeighted"));
    }
  }

  @Test
  void rocCurve() {
    for (JsonNode f : fixtures.get("binary")) {
      Rows rows = Rows.binary(Json.doubles(f.get("p")), Json.floats(f.get("y")));
      List<RocCurve.Point> points = RocCurve.of(rows, Integer.MAX_VALUE).points();
      same(points.stream().mapToDouble(RocCurve.Point::falsePositiveRate).toArray(), f.get("rocX"));
      same(points.stream().mapToDouble(RocCurve.Point::truePositiveRate).toArray(), f.get("rocY"));
      assertThat(points.get(0).threshold()).isInfinite();
      same(
          points.stream().skip(1).mapToDouble(RocCurve.Point::threshold).toArray(),
          f.get("rocThresholds"));
    }
  }

  @Test
  void calibrationCurve() {
    // Scores that lie on an inner edge belong to the bin below it in scikit-learn and above it
    // here; the second data set has none.
    JsonNode f = fixtures.get("binary").get(1);
    Rows rows = Rows.binary(Json.doubles(f.get("p")), Json.floats(f.get("y")));
    List<CalibrationCurve.Point> points =
        CalibrationCurve.of(rows, 10, Binning.EQUAL_WIDTH).points();
    same(
        points.stream().mapToDouble(CalibrationCurve.Point::predicted).toArray(),
        f.get("calibrationPredicted"));
    same(
        points.stream().mapToDouble(CalibrationCurve.Point::observed).toArray(),
        f.get("calibrationObserved"));
  }

  @Test
  void regressionMetrics() {
    for (JsonNode f : fixtures.get("regression")) {
      Rows rows = Rows.regression(Json.doubles(f.get("x")), Json.floats(f.get("y")));
      Rows weighted = rows.weighted(Json.doubles(f.get("w")));
      for (String name : List.of("mse", "rmse", "mae", "r2")) {
        Metric metric = Metrics.all().get(name);
        same(metric.measure(rows).value(), f.get(name));
        same(metric.measure(weighted).value(), f.get(name + "Weighted"));
      }
    }
  }

  @Test
  void multiclassMetrics() {
    for (JsonNode f : fixtures.get("multiclass")) {
      Rows rows =
          Rows.multiclass(
              Json.doubles(f.get("p")), f.get("classes").intValue(), Json.floats(f.get("y")));
      Rows weighted = rows.weighted(Json.doubles(f.get("w")));
      same(new LogLoss().of(rows), f.get("logloss"));
      same(new LogLoss().of(weighted), f.get("loglossWeighted"));
      same(new Accuracy().measure(rows).value(), f.get("accuracy"));
      same(new Accuracy().measure(weighted).value(), f.get("accuracyWeighted"));
      same(new MacroAuc().measure(rows).value(), f.get("macroAuc"));
      same(new MacroAuc().measure(rows).value(), f.get("macroAucOvr"));
      same(new MacroAuc().measure(weighted).value(), f.get("macroAucWeighted"));
    }
  }

  @Test
  void ndcg() {
    for (JsonNode f : fixtures.get("ranking")) {
      float[] labels = Json.floats(f.get("y"));
      Rows rows = Rows.regression(Json.doubles(f.get("p")), labels).grouped(new int[labels.length]);
      int k = f.get("k").intValue();
      same(new Ndcg(k, true, false).measure(rows).value(), f.get("linear"));
      same(new Ndcg(k, false, false).measure(rows).value(), f.get("exponential"));
    }
  }

  @Test
  void deLong() {
    for (JsonNode f : fixtures.get("delong")) {
      Rows a = Rows.binary(Json.doubles(f.get("a")), Json.floats(f.get("y")));
      Rows b = Rows.binary(Json.doubles(f.get("b")), Json.floats(f.get("y")));
      same(DeLong.estimate(a).auc(), f.get("aucA"));
      same(DeLong.estimate(b).auc(), f.get("aucB"));
      same(DeLong.estimate(a).variance(), f.get("varianceA"));
      same(DeLong.estimate(b).variance(), f.get("varianceB"));
      DeLong.Comparison c = DeLong.compare(a, b);
      same(c.difference(), f.get("difference"));
      same(c.variance(), f.get("variance"));
      same(c.z(), f.get("z"));
      same(c.pValue(), f.get("p"));
      same(c.interval(0.95).low(), f.get("low"));
      same(c.interval(0.95).high(), f.get("high"));
    }
  }

  @Test
  void pairedTTest() {
    for (JsonNode f : fixtures.get("ttest")) {
      PairedTTest test = PairedTTest.of(Json.doubles(f.get("a")), Json.doubles(f.get("b")));
      same(test.t(), f.get("t"));
      same(test.pValue(), f.get("p"));
      same(test.interval(0.95).low(), f.get("low"));
      same(test.interval(0.95).high(), f.get("high"));
    }
  }

  @Test
  void tailsAndQuantiles() {
    JsonNode f = fixtures.get("tails");
    double[] z = Json.doubles(f.get("z"));
    for (int i = 0; i < z.length; i++) {
      relative(Distributions.normalTwoSided(z[i]), f.get("normal").get(i).doubleValue());
    }
    for (int i = 0; i < f.get("t").size(); i++) {
      double[] pair = Json.doubles(f.get("t").get(i));
      relative(
          Distributions.studentTwoSided(pair[0], pair[1]), f.get("student").get(i).doubleValue());
    }
    double[] levels = Json.doubles(f.get("levels"));
    for (int i = 0; i < levels.length; i++) {
      relative(
          Distributions.normalQuantile(levels[i]), f.get("normalQuantiles").get(i).doubleValue());
      relative(
          Distributions.studentQuantile(levels[i], 4),
          f.get("studentQuantiles4").get(i).doubleValue());
    }
  }

  private static void same(double found, JsonNode expected) {
    assertThat(found).isCloseTo(expected.doubleValue(), within(1e-12));
  }

  private static void same(double[] found, JsonNode expected) {
    assertThat(found).containsExactly(Json.doubles(expected), within(1e-12));
  }

  /** Tails are compared relatively: an absolute bound would say nothing about small ones. */
  private static void relative(double found, double expected) {
    assertThat(Math.abs(found - expected))
        .as("%s for %s", found, expected)
        .isLessThanOrEqualTo(1e-11 * Math.abs(expected));
  }
}
