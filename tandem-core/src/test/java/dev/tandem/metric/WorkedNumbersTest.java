package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked numbers of the specification: E1 to E7, and the AUC examples of the DEPHN one. */
class WorkedNumbersTest {
  private static final Rows E1 =
      Rows.binary(new double[] {.9, .9, .4, .3, .3}, new float[] {1, 0, 1, 0, 1});
  private static final Rows E2 =
      Rows.binary(new double[] {.85, .33, .22, .41, .12, .67}, new float[] {1, 0, 0, 1, 0, 0});
  private static final Rows E3 =
      Rows.binary(
              new double[] {.6, .7, .2, .3, .4, .9, .1, .8}, new float[] {1, 0, 0, 0, 0, 1, 0, 1})
          .grouped(new int[] {1, 1, 1, 2, 2, 3, 3, 3});

  @Test
  void e1AucWithTies() {
    assertThat(Auc.of(E1)).isEqualTo(.5);
    assertThat(Auc.of(E1.weighted(new double[] {1, 2, 1, 1, 3}))).isCloseTo(.3, within(1e-15));
  }

  @Test
  void e2LossAndCalibration() {
    near(new LogLoss().of(E2), .48992532845144665);
    near(Pcoc.of(E2), 1.3);
    near(new Brier().measure(E2).value(), .1652);
    near(new Ece(5, Binning.EQUAL_WIDTH).of(E2), .3466666666666667);
    near(NormalizedEntropy.of(E2), .7697005861847982);
    near(new RelativeInformationGain().measure(E2).value(), .2302994138152018);
    assertThat(CalibrationCurve.of(E2, 5, Binning.EQUAL_WIDTH).points())
        .extracting(CalibrationCurve.Point::bin)
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void e3GroupAuc() {
    Measured gauc = new Gauc().measure(E3);
    near(gauc.value(), .75);
    assertThat(gauc.rows()).isEqualTo(6);
    assertThat(gauc.details())
        .containsEntry("groups", 3.0)
        .containsEntry("groups_kept", 2 / 3.0)
        .containsEntry("rows_kept", .75);
    near(new UserAuc().measure(E3).value(), .75);
    near(new Gauc(true).measure(E3).value(), (1 * .5 + 2 * 1) / 3);
    near(Auc.of(E3), .9333333333333333);
  }

  @Test
  void e4Ndcg() {
    Rows rows =
        Rows.regression(new double[] {.2, .9, .8, .1}, new float[] {3, 2, 0, 1})
            .grouped(new int[4]);
    near(new Ndcg(3, false, false).measure(rows).value(), .6920202103528978);
    near(new Ndcg(3, true, false).measure(rows).value(), .7350069851388743);
  }

  @Test
  void e5DeltaM() {
    double delta =
        Gain.deltaM(
            List.of(
                List.of(new Gain.Pair(Better.HIGHER, .76, .75)),
                List.of(new Gain.Pair(Better.LOWER, .21, .20))));
    near(delta, -1.8333333333333282);
    near(Gain.mtlGain(new Gain.Pair(Better.LOWER, .1346, .1371)), .0025);
  }

  @Test
  void e6PairedT() {
    PairedTTest test =
        PairedTTest.of(
            new double[] {.7301, .7295, .7310, .7305, .7299},
            new double[] {.7290, .7292, .7296, .7301, .7288});
    near(test.meanDifference(), .00086);
    near(test.deviation(), .0004827007354458336);
    near(test.t(), 3.9838730696643987);
    assertThat(test.pValue()).isLessThan(.05);
    assertThat(Distributions.studentQuantile(.95, 4)).isCloseTo(2.776, within(5e-4));
  }

  @Test
  void e7RelaImpr() {
    near(Gain.relaImpr(.62, .61), .0909090909090911);
  }

  @Test
  void dephnExamples() {
    near(Auc.of(rows(new double[] {.1, .4, .35, .8}, 0, 0, 1, 1)), .75);
    near(Auc.of(rows(new double[] {.5, .5, .5, .7}, 0, 1, 0, 1)), .75);
  }

  @Test
  void undefinedIsNaN() {
    Rows onlyNegatives = rows(new double[] {.1, .4}, 0, 0);
    assertThat(Auc.of(onlyNegatives)).isNaN();
    assertThat(NormalizedEntropy.of(onlyNegatives)).isNaN();
    assertThat(Pcoc.of(onlyNegatives)).isNaN();
    assertThat(new Gauc().measure(onlyNegatives.grouped(new int[2])).value()).isNaN();
    assertThat(DeLong.estimate(onlyNegatives).auc()).isNaN();
    Rows empty = rows(new double[0]).grouped(new int[0]);
    TaskMetrics nothing = Metrics.all().measure("none", empty);
    assertThat(nothing.n()).isZero();
    assertThat(nothing.values().values()).isNotEmpty().allMatch(m -> Double.isNaN(m.value()));
    assertThat(new RSquared().measure(Rows.regression(new double[] {1, 2}, new float[] {3, 3})))
        .extracting(Measured::value)
        .isEqualTo(Double.NaN);
  }

  @Test
  void logLossClipsAndLogitsDoNot() {
    near(new LogLoss().of(rows(new double[] {0}, 1)), -Math.log(1e-7));
    near(new LogLoss().of(rows(new double[] {1}, 0)), -Math.log(1e-7));
    near(LogLoss.fromLogits(rows(new double[] {-800}, 1)), 800);
    near(LogLoss.fromLogits(rows(new double[] {800}, 1)), 0);
  }

  @Test
  void fieldEceAddsUpTheValuesErrors() {
    Rows rows = rows(new double[] {.5, .5, .25, .25}, 1, 0, 1, 0);
    near(FieldEce.of(rows, new int[] {1, 1, 2, 2}), .5 / 4);
    near(FieldEce.of(rows, new int[] {1, 2, 1, 2}), (1.25 + .75) / 4);
  }

  @Test
  void holmStepsDown() {
    assertThat(Holm.adjust(new double[] {.01, .04, .03, .005}))
        .containsExactly(new double[] {.03, .06, .06, .02}, within(1e-15));
    assertThat(Holm.adjust(new double[] {.2, Double.NaN, .7}))
        .usingComparatorWithPrecision(1e-15)
        .containsExactly(.4, Double.NaN, .7);
    assertThat(Holm.significant(new double[] {.01, .04, .03, .005}, .05))
        .containsExactly(true, false, false, true);
  }

  private static Rows rows(double[] scores, float... labels) {
    return Rows.binary(scores, labels);
  }

  private static void near(double found, double expected) {
    assertThat(found).isCloseTo(expected, within(1e-12));
  }
}
