package dev.tandem.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondTaskTest {

  @ParameterizedTest
  @CsvSource({
    "-3, -0.764035, -4.781142, -0.183241",
    "-1, -1.114466, -1.658123, -1.736972",
    "-0.05, 0.007547, -0.202707, -0.199833",
    "0.5, 0.975802, 0.975802, 1.046609",
    "2, 2.936130, 2.936130, 1.776980",
    "3.3, 5.628494, 5.628494, -0.414239"
  })
  void functionsHaveTheirWorkedValues(double c, double literal, double odd, double unrelated) {
    assertThat(Confidence.LOGEXP_LITERAL.of(c)).isCloseTo(literal, within(5e-7));
    assertThat(Confidence.LOGEXP.of(c)).isCloseTo(odd, within(5e-7));
    assertThat(Confidence.SINCOS.of(c)).isCloseTo(unrelated, within(5e-7));
  }

  @Test
  void theSignOfZeroIsZero() {
    assertThat(Confidence.LOGEXP.of(0)).isZero();
    assertThat(Confidence.SINCOS.of(0)).isZero();
    assertThat(Confidence.LOGEXP_LITERAL.of(0)).isEqualTo(0.1);
  }

  @Test
  void theUnrelatedTaskTurnsAroundAtThreePointZeroNine() {
    double turn = Math.PI - Math.atan(0.05);
    assertThat(turn).isCloseTo(3.0916, within(5e-5));
    assertThat(Confidence.SINCOS.of(turn - 1e-6)).isPositive();
    assertThat(Confidence.SINCOS.of(turn + 1e-6)).isNegative();
    assertThat(Confidence.SINCOS.of(-turn - 1e-6)).isPositive();
  }

  @Test
  void uniformConfidencesReachBothStatedCorrelations() {
    assertThat(SecondTask.width(SecondTask.UNRELATED)).isCloseTo(3.5868, within(5e-5));
    double[] logits = new double[400_000];
    Draws d = new Draws(5).at(1, 0);
    Arrays.setAll(logits, i -> 3 * d.normal() - 2);
    double[] c = SecondTask.confidences(logits, Calibration.QUANTILE_UNIFORM, SecondTask.UNRELATED);
    double[] unrelated = SecondTask.apply(Confidence.SINCOS, c);
    double[] related = SecondTask.apply(Confidence.LOGEXP, c);
    assertThat(SecondTask.correlation(c, unrelated)).isCloseTo(0.5288, within(1e-5));
    assertThat(SecondTask.correlation(c, related)).isCloseTo(0.99712, within(5e-6));
    double s = SecondTask.noise(c, related, SecondTask.RELATED);
    assertThat(s).isCloseTo(0.4611, within(5e-5));
    double[] noisy = SecondTask.noisy(related, s, 8);
    assertThat(SecondTask.correlation(c, noisy)).isCloseTo(0.9877, within(3e-4));

    int[] base = SecondTask.labels(c, 0);
    assertThat(Arrays.stream(base).average().orElseThrow()).isCloseTo(0.5, within(1e-5));
    assertThat(labelCorrelation(base, SecondTask.labels(noisy, 0))).isCloseTo(0.959, within(2e-3));
    assertThat(labelCorrelation(base, SecondTask.labels(unrelated, 0)))
        .isCloseTo(0.724, within(2e-3));
  }

  private static double labelCorrelation(int[] a, int[] b) {
    return SecondTask.correlation(
        Arrays.stream(a).asDoubleStream().toArray(), Arrays.stream(b).asDoubleStream().toArray());
  }

  @Test
  void gaussianConfidencesNeedTheStatedScale() {
    double[] logits = new double[400_000];
    Draws d = new Draws(6).at(1, 0);
    Arrays.setAll(logits, i -> d.normal() + 4);
    double[] c = SecondTask.confidences(logits, Calibration.AFFINE, SecondTask.UNRELATED);
    double mean = Arrays.stream(logits).average().orElseThrow();
    assertThat(c[0] / (logits[0] - mean)).isCloseTo(1.729, within(0.01));
    assertThat(SecondTask.correlation(c, SecondTask.apply(Confidence.SINCOS, c)))
        .isCloseTo(0.5288, within(1e-6));
    assertThat(SecondTask.correlation(c, SecondTask.apply(Confidence.LOGEXP, c))).isLessThan(0.9);
  }

  @Test
  void tiesShareTheirMeanRank() {
    double w = SecondTask.width(SecondTask.UNRELATED);
    double[] c =
        SecondTask.confidences(
            new double[] {2, 1, 2, 5}, Calibration.QUANTILE_UNIFORM, SecondTask.UNRELATED);
    assertThat(c).containsExactly(new double[] {0, -0.75 * w, 0, 0.75 * w}, within(1e-12));
  }

  @Test
  void withoutCalibrationConfidencesAreTheLogits() {
    assertThat(SecondTask.confidences(new double[] {-2, 7}, Calibration.NONE, 0.5))
        .containsExactly(-2, 7);
  }

  @Test
  void aQuantileAsThresholdSetsTheRate() {
    double[] c = new double[1000];
    Arrays.setAll(c, i -> i % 2 == 0 ? i : -i);
    double[] squares = SecondTask.apply(Confidence.SQUARE, c);
    assertThat(Arrays.stream(SecondTask.labels(squares, SecondTask.quantile(squares, 0.9))).sum())
        .isEqualTo(99);
  }

  @Test
  void noNoiseIsNeededBelowTheTarget() {
    double[] c = {1, 2, 3, 4};
    assertThat(SecondTask.noise(c, new double[] {1, 3, 2, 4}, 0.9)).isZero();
  }
}
