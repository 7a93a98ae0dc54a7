package dev.tandem.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.config.ConfigException;
import dev.tandem.metric.Auc;
import dev.tandem.metric.Binning;
import dev.tandem.metric.Ece;
import dev.tandem.metric.Pcoc;
import dev.tandem.metric.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calibration against numbers worked by hand and against what must always hold. */
class CalibrationTest {

  @Test
  void violatorsArePooledAndRatesStandAtTheBlocksMeanScores() {
    Isotonic map =
        Isotonic.fit(
            Rows.binary(new double[] {0.3, 0.1, 0.5, 0.2, 0.4}, new float[] {0, 0, 1, 1, 1}));
    // Blocks {.1: 0}, {.2, .3: 1 of 2}, {.4, .5: 1}; rates keep 1/7 from 0 and 1.
    assertThat(map.x()).hasSize(3);
    assertThat(map.x().get(0)).isEqualTo(0.1);
    assertThat(map.x().get(1)).isCloseTo(0.25, within(1e-15));
    assertThat(map.x().get(2)).isCloseTo(0.45, within(1e-15));
    assertThat(map.y().get(0)).isCloseTo(1 / 7.0, within(1e-15));
    assertThat(map.y().get(1)).isCloseTo(0.5, within(1e-15));
    assertThat(map.y().get(2)).isCloseTo(6 / 7.0, within(1e-15));
    assertThat(map.apply(0.175)).isCloseTo((1 / 7.0 + 0.5) / 2, within(1e-12));
    assertThat(map.apply(0)).isEqualTo(map.y().get(0));
    assertThat(map.apply(1)).isEqualTo(map.y().get(2));
  }

  @Test
  void lightRowsThatAllLieAtAnEdgeAreOneKnot() {
    Isotonic map =
        Isotonic.fit(
            Rows.binary(new double[] {0.1, 0.4, 0.4, 0.9}, new float[] {0, 0, 1, 1})
                .weighted(new double[] {4, 4, 0.001, 2}));
    // Rates 0 and 0.00025 both become 1/12.001.
    assertThat(map.x()).containsExactly(0.1, 0.9);
    assertThat(map.y().get(0)).isCloseTo(1 / 12.001, within(1e-6));
  }

  @Test
  void rowsOfOneScoreAreOnePoint() {
    Isotonic map =
        Isotonic.fit(
            Rows.binary(new double[] {0.2, 0.6, 0.2, 0.2, 0.6}, new float[] {0, 1, 1, 0, 1}));
    assertThat(map.x()).containsExactly(0.2, 0.6);
    assertThat(map.y().get(0)).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(map.y().get(1)).isCloseTo(6 / 7.0, within(1e-15));
  }

  @Test
  void weightsCountAsRepetitions() {
    Isotonic weighted =
        Isotonic.fit(
            Rows.binary(new double[] {0.1, 0.3, 0.9}, new float[] {1, 0, 1})
                .weighted(new double[] {1, 3, 2}));
    // {.1 once: 1, .3 three times: 0} is one block of mean score .25 and rate 1/4.
    assertThat(weighted.x().get(0)).isCloseTo(0.25, within(1e-15));
    assertThat(weighted.y().get(0)).isCloseTo(0.25, within(1e-15));
    assertThat(weighted.y().get(1)).isCloseTo(7 / 8.0, within(1e-15));
    Platt scaled =
        Platt.fit(
            Rows.binary(new double[] {0.2, 0.2, 0.7, 0.7}, new float[] {1, 0, 1, 0})
                .weighted(new double[] {1, 3, 2, 1}));
    Platt repeated =
        Platt.fit(
            Rows.binary(
                new double[] {0.2, 0.2, 0.2, 0.2, 0.7, 0.7, 0.7},
                new float[] {1, 0, 0, 0, 1, 1, 0}));
    assertThat(scaled.slope()).isCloseTo(repeated.slope(), within(1e-9));
    assertThat(scaled.intercept()).isCloseTo(repeated.intercept(), within(1e-9));
  }

  @Test
  void scoresThatRoundingCouldSwapArePooled() {
    Isotonic map = Isotonic.fit(Rows.binary(new double[] {0.5, 0.5000001}, new float[] {0, 1}));
    assertThat(map.x()).hasSize(1);
    assertThat(map.y()).containsExactly(0.5);
  }

  @Test
  void plattScalingOfTwoScoresIsExact() {
    double low = 1 / (1 + Math.E);
    double high = 1 - low;
    Platt map =
        Platt.fit(
            Rows.binary(
                new double[] {low, low, low, low, high, high, high, high},
                new float[] {1, 0, 0, 0, 1, 1, 1, 0}));
    // Four positives and negatives: targets 5/6 and 1/6, so 1/3 at logit -1 and 2/3 at logit 1.
    assertThat(map.slope()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(map.intercept()).isCloseTo(0, within(1e-9));
    assertThat(map.apply(high)).isCloseTo(2 / 3.0, within(1e-9));
  }

  @Test
  void rowsWithoutPositivesDoNotBreakPlattScaling() {
    Platt map = Platt.fit(Rows.binary(new double[] {0.2, 0.4, 0.4}, new float[] {0, 0, 0}));
    assertThat(map.apply(0.4)).isCloseTo(1 / 5.0, within(1e-6)); // the smoothed target
    Platt one = Platt.fit(Rows.binary(new double[] {0.3}, new float[] {1}));
    assertThat(one.apply(0.3)).isCloseTo(2 / 3.0, within(1e-6));
    assertThat(map.apply(0)).isBetween(0.0, 1.0);
    assertThat(map.apply(1)).isBetween(0.0, 1.0);
  }

  @Test
  void scoresThatRankWorseThanChanceKeepTheirOrder() {
    Rows rows = Rows.binary(new double[] {0.2, 0.2, 0.7, 0.7, 0.9}, new float[] {1, 1, 1, 0, 0});
    Platt map = Platt.fit(rows);
    assertThat(map.slope()).isEqualTo(1);
    double sum = 0;
    for (int i = 0; i < rows.count(); i++) {
      sum += map.apply(rows.score(i));
    }
    assertThat(sum).isCloseTo(3 * 4 / 5.0 + 2 * 1 / 4.0, within(1e-9)); // the smoothed targets
  }

  @Test
  void samplingOfNegativesIsUndone() {
    NegativeSampling map = new NegativeSampling(0.1);
    assertThat(map.apply(0.5)).isCloseTo(1 / 11.0, within(1e-15));
    assertThat(map.apply(0)).isZero();
    assertThat(map.apply(1)).isEqualTo(1);
    assertThat(new NegativeSampling(1).apply(0.37)).isCloseTo(0.37, within(1e-15));
    assertThatThrownBy(() -> new NegativeSampling(0)).hasMessageContaining("above 0");
  }

  /** Rows whose probabilities are the cubes of the true ones. */
  private static Rows tooLow(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[n];
    float[] labels = new float[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double truth = Math.round(random.nextDouble() * 500) / 500.0; // with ties
      scores[i] = truth * truth * truth;
      labels[i] = random.nextDouble() < truth ? 1 : 0;
      weights[i] = random.nextInt(4);
    }
    return Rows.binary(scores, labels).weighted(weights);
  }

  private static Rows corrected(Rows rows, Calibrator map) {
    double[] scores = new double[rows.count()];
    float[] labels = new float[rows.count()];
    double[] weights = new double[rows.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = map.apply(rows.score(i));
      labels[i] = rows.label(i);
      weights[i] = rows.weight(i);
    }
    return Rows.binary(scores, labels).weighted(weights);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void probabilitiesComeToMeanWhatTheySayInTheirOldOrder(long seed) {
    Rows fitted = tooLow(seed, 4000);
    Rows fresh = tooLow(seed + 100, 4000);
    Ece ece = new Ece(20, Binning.EQUAL_MASS);
    for (Calibrator map : List.of(Isotonic.fit(fitted), Platt.fit(fitted))) {
      Rows after = corrected(fresh, map);
      assertThat(ece.of(after)).as(map.toString()).isLessThan(ece.of(fresh) / 4);
      assertThat(Pcoc.of(after)).isCloseTo(1, within(0.05));
      double last = 0;
      for (int p = 0; p <= 10_000; p++) {
        double now = map.apply(p / 10_000.0);
        assertThat(now).isBetween(last, 1.0);
        last = now;
      }
    }
    assertThat(Auc.of(corrected(fresh, Platt.fit(fitted)))).isEqualTo(Auc.of(fresh));
    assertNoPairIsSwapped(fresh, corrected(fresh, Isotonic.fit(fitted)));
  }

  private static void assertNoPairIsSwapped(Rows before, Rows after) {
    int[] order = before.ascending();
    for (int i = 1; i < order.length; i++) {
      assertThat(after.score(order[i])).isGreaterThanOrEqualTo(after.score(order[i - 1]));
    }
  }

  @Test
  void aProductFollowsItsTasks() {
    Calibration calibration =
        new Calibration(
            Map.of(
                "click",
                new Calibration.Fitted(
                    new NegativeSampling(0.5), Optional.empty(), Optional.empty()),
                "buy",
                new Calibration.Fitted(new Platt(1, 1), Optional.empty(), Optional.empty())),
            Map.of(
                "ctcvr",
                new Calibration.Joint(
                    List.of("click", "buy"), Optional.empty(), Optional.empty())));
    // 0.5 · 0.5 / (0.5 · 0.5 + 0.5) = 1/3; the sigmoid of 0 + 1 = 0.7310586
    float[][] predictions = {{0.5f, 9}, {0.25f, 9}, {0.5f, 9}};
    calibration.apply(List.of("click", "ctcvr", "buy"), predictions, 1);
    assertThat(predictions[0]).containsExactly((float) (1 / 3.0), 9);
    assertThat(predictions[2][0]).isCloseTo(0.7310586f, within(1e-7f));
    assertThat(predictions[1][0]).isCloseTo(0.7310586f / 3, within(1e-7f));
    float[][] certain = {{0}, {0}, {0.5f}};
    calibration.apply(List.of("click", "ctcvr", "buy"), certain, 1);
    assertThat(certain[1][0]).isZero();
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Rows rows = tooLow(5, 2000);
    Map<String, Calibration.Fitted> tasks = new LinkedHashMap<>();
    for (Calibrator map :
        List.of(Isotonic.fit(rows), Platt.fit(rows), new NegativeSampling(1e-7))) {
      tasks.put(
          map.getClass().getSimpleName(),
          new Calibration.Fitted(
              map,
              Optional.of(Calibration.Quality.of(rows, 20)),
              Optional.of(Calibration.Quality.of(corrected(rows, map), 20))));
    }
    tasks.put(
        "alone",
        new Calibration.Fitted(new NegativeSampling(0.5), Optional.empty(), Optional.empty()));
    Calibration calibration =
        new Calibration(
            tasks,
            Map.of(
                "ctcvr",
                new Calibration.Joint(List.of("alone"), Optional.empty(), Optional.empty())));
    assertThat(Calibration.read(calibration.text(), "test")).isEqualTo(calibration);
    String older =
        new Calibration(tasks, Map.of()).text().replaceFirst(",\\s*\"products\" : \\{ *\\}", "");
    assertThat(older).doesNotContain("products");
    assertThat(Calibration.read(older, "test")).isEqualTo(new Calibration(tasks, Map.of()));
    String broken = calibration.text().replace("\"slope\"", "\"slop\"");
    assertThatThrownBy(() -> Calibration.read(broken, "calibration.json"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("slop")
        .hasMessageContaining("calibration.json");
  }
}
