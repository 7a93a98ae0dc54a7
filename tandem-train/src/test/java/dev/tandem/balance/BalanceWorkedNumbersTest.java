package dev.tandem.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The worked numbers O1 to O14 of the specification. */
class BalanceWorkedNumbersTest {
  private static final double[][] G = {{3, 4}, {-2, 1}};
  private static final double[][] GRAM = Case.gram(G);
  private static final double[] LOSSES = {.8, .2};
  private static final Shared SHARED = new Shared(2, List.of(2), 1);

  @Test
  void o1Uncertainty() {
    double[] s = {-.5, -.5};
    assertThat(Uncertainty.Form.REGRESSION.loss(s, LOSSES)).isCloseTo(.3243606353500642, near());
    assertThat(Uncertainty.Form.REGRESSION.gradient(-.5, .8)).isCloseTo(-.15948851, printed());
    assertThat(Uncertainty.Form.REGRESSION.gradient(-.5, .2)).isCloseTo(.33512787, printed());
    assertThat(Uncertainty.Form.REGRESSION.gradient(Math.log(.8), .8)).isCloseTo(0, near());
    assertThat(Uncertainty.Form.CLAMPED.loss(new double[2], LOSSES)).isCloseTo(2, near());
    assertThat(Uncertainty.Form.POSITIVE.loss(new double[] {1, 1}, LOSSES))
        .isCloseTo(1.8862943611198906, near());
    assertThat(weights(new Uncertainty(Uncertainty.Form.REGRESSION, Optional.empty(), .1)))
        .containsExactly(new double[] {Math.exp(.5) / 2, Math.exp(.5) / 2}, near());
  }

  @Test
  void o1GeometricMeanAndStatic() {
    assertThat(Gls.loss(LOSSES)).isCloseTo(.4, near());
    assertThat(weights(new Gls())).containsExactly(new double[] {.25, 1}, near());
    assertThat(weights(new Equal())).containsExactly(1, 1);
    assertThat(weights(new Static(List.of(.3, 2.0)))).containsExactly(.3, 2);
    assertThat(weights(new Static(List.of()))).containsExactly(1, 1);
    assertThat(Arrays.stream(weights(new Rlw())).sum()).isCloseTo(2, near());
  }

  @Test
  void o2Dwa() {
    Balancer dwa = new Dwa(2).start(SHARED);
    dwa.endEpoch(0, new double[] {1, .4});
    assertThat(dwa.weights(5, 1, new double[0])).containsExactly(1, 1);
    dwa.endEpoch(1, LOSSES);
    assertThat(dwa.weights(9, 2, new double[0]))
        .containsExactly(new double[] {1.07485969, .92514031}, printed());
  }

  @Test
  void o3Gradnorm() {
    Gradnorm gradnorm = new Gradnorm(1.5, .025, Gradnorm.Initial.STEP);
    double[] ones = {1, 1};
    Gradnorm.Objective o = gradnorm.new Objective(ones, Weights.norms(GRAM), LOSSES, ones);
    assertThat(o.ratio).containsExactly(new double[] {1.6, .4}, near());
    assertThat(o.target).containsExactly(new double[] {7.32238596, .91529824}, printed());
    assertThat(o.loss).isCloseTo(3.643155689057855, near());
    assertThat(o.gradient).containsExactly(new double[] {-5, 2.23606798}, printed());
    double[] next = {1.08743021, .91256979};
    assertThat(o.next(ones)).containsExactly(next, printed());

    Balancer running = gradnorm.start(SHARED);
    assertThat(combine(running, 0, ones)).containsExactly(new double[] {1, 5}, single());
    // From equal progress the targets are the mean norm: the long gradient comes to weigh less.
    double[] w = running.weights(1, 0, LOSSES);
    assertThat(w[0]).isLessThan(1);
    assertThat(w[0] + w[1]).isCloseTo(2, near());
    Balancer byEpoch = new Gradnorm(1.5, .025, Gradnorm.Initial.EPOCH).start(SHARED);
    combine(byEpoch, 0, LOSSES);
    assertThat(byEpoch.weights(1, 0, LOSSES)).containsExactly(1, 1);
    byEpoch.endEpoch(0, ones);
    combine(byEpoch, 1, LOSSES);
    assertThat(byEpoch.weights(2, 1, LOSSES)).containsExactly(next, printed());
  }

  @Test
  void o4Imtl() {
    assertThat(LearnedScales.gradient(new double[2], LOSSES))
        .containsExactly(new double[] {-.2, -.8}, near());
    assertThat(LearnedScales.loss(new double[2], LOSSES)).isCloseTo(1, near());
    double[] alpha = ImtlG.coefficients(GRAM);
    assertThat(alpha).containsExactly(new double[] {.30901699, .69098301}, printed());
    double[] d = Case.sum(alpha, G);
    assertThat(d).containsExactly(new double[] {-.45491503, 1.92705098}, printed());
    assertThat(Weights.dot(d, G[0]) / 5).isCloseTo(1.26869177, printed());
    assertThat(Weights.dot(d, G[1]) / Math.sqrt(5)).isCloseTo(1.26869177, printed());
    assertThat(run(new ImtlG())).containsExactly(d, single());
    assertThat(run(new Imtl(.1))).containsExactly(d, single());
  }

  @Test
  void o5Mgda() {
    double[] alpha = Mgda.weights(GRAM, Weights.ones(2));
    assertThat(alpha).containsExactly(new double[] {.20588235294117646, .7941176470588236}, near());
    assertThat(run(new Mgda(Mgda.Normalization.NONE, false)))
        .containsExactly(new double[] {-.97058824, 1.61764706}, single());
  }

  @Test
  void o6Pcgrad() {
    assertThat(Case.sum(Pcgrad.project(0, new int[] {1}, GRAM), G))
        .containsExactly(new double[] {2.2, 4.4}, near());
    assertThat(Case.sum(Pcgrad.project(1, new int[] {0}, GRAM), G))
        .containsExactly(new double[] {-1.76, 1.32}, near());
    assertThat(run(new Pcgrad())).containsExactly(new double[] {.44, 5.72}, single());
  }

  @Test
  void o7Cagrad() {
    Cagrad half = new Cagrad(.5, Cagrad.Rescale.NONE);
    assertThat(half.weights(GRAM)).containsExactly(0, 1);
    assertThat(run(half)).containsExactly(new double[] {-.64017543, 3.07008771}, single());
    assertThat(run(new Cagrad(.5, Cagrad.Rescale.SQUARE)))
        .containsExactly(new double[] {-.51214034, 2.45607017}, single());
    assertThat(run(new Cagrad(.9, Cagrad.Rescale.NONE)))
        .containsExactly(new double[] {-1.55231577, 3.52615788}, single());
    double[][] inner = {{1.2, 0}, {-.6, .8}};
    double[] w = half.weights(Case.gram(inner));
    assertThat(w[0]).isCloseTo(.31974707, printed());
    double[] d = Case.sum(half.coefficients(Case.gram(inner), w), inner);
    assertThat(d).containsExactly(new double[] {.28877687, .64974796}, printed());
    assertThat(Weights.dot(d, inner[0])).isCloseTo(.34653224, printed());
    assertThat(Weights.dot(d, inner[1])).isCloseTo(.34653224, printed());
  }

  @Test
  void o8Gradvac() {
    double[] target = new double[2];
    double[] p = Case.sum(new Gradvac(.5, false).turn(0, new int[] {1}, GRAM, target), G);
    assertThat(p).containsExactly(new double[] {2.2, 4.4}, near());
    assertThat(target[1]).isCloseTo(-.08944271909999159, near());
    double[] higher = {0, .2};
    double[] q = Case.sum(new Gradvac(.5, false).turn(0, new int[] {1}, GRAM, higher), G);
    assertThat(q).containsExactly(new double[] {1.30185376, 4.84907312}, printed());
    assertThat(Weights.dot(q, G[1]) / Math.sqrt(Weights.dot(q, q) * 5)).isCloseTo(.2, near());
    assertThat(run(new Gradvac(.5, false))).containsExactly(new double[] {.44, 5.72}, single());
  }

  @Test
  void o9NashMtl() {
    double[] alpha = NashMtl.solve(GRAM);
    assertThat(alpha).containsExactly(new double[] {.2207131, .4935295}, within(1e-7));
    assertThat(Weights.times(GRAM, alpha))
        .containsExactly(new double[] {1 / alpha[0], 1 / alpha[1]}, near());
    double[] d = {-.3249197, 1.37638192};
    assertThat(run(new NashMtl(1, false, 0))).containsExactly(d, single());
    double norm = Math.hypot(d[0], d[1]);
    assertThat(run(new NashMtl(1, true, 1)))
        .containsExactly(new double[] {d[0] / norm, d[1] / norm}, single());
  }

  @Test
  void o10AlignedMtl() {
    SymmetricEigen eigen = new SymmetricEigen(GRAM);
    assertThat(eigen.value(1)).isCloseTo(25.19803903, printed());
    assertThat(eigen.value(0)).isCloseTo(4.80196097, printed());
    assertThat(Case.flat(AlignedMtl.matrix(GRAM)))
        .containsExactly(new double[] {.44201289, .05525161, .05525161, .99452901}, printed());
    assertThat(AlignedMtl.coefficients(GRAM))
        .containsExactly(new double[] {.49726451, 1.04978062}, printed());
    assertThat(run(new AlignedMtl()))
        .containsExactly(new double[] {-.60776773, 3.03883865}, single());
  }

  @Test
  void o11Famo() {
    Famo famo = new Famo(.025, .001, 0, true);
    double[] w = new double[2];
    assertThat(famo.weights(w, LOSSES)).containsExactly(new double[] {.2, .8}, within(2e-8));
    double[] delta = famo.change(LOSSES, new double[] {.76, .198});
    assertThat(delta).containsExactly(new double[] {.05129329, .01005034}, printed());
    assertThat(Famo.gradient(w, delta))
        .containsExactly(new double[] {.01031074, -.01031074}, printed());
    Balancer same = famo.start(SHARED);
    Balancer next = new Famo(.025, .001, 0, false).start(SHARED);
    assertThat(same.needsLossesAfterStep()).isTrue();
    assertThat(next.needsLossesAfterStep()).isFalse();
    same.observe(0, 0, LOSSES, new double[] {.76, .198});
    next.observe(0, 0, LOSSES, new double[0]);
    next.observe(1, 0, new double[] {.76, .198}, new double[0]);
    double[] moved = same.weights(1, 0, LOSSES);
    // Adam's first step has the length of its rate: w = ∓.025, and z moves by .0125 to the second.
    assertThat(moved[0]).isCloseTo(.19213, within(1e-4));
    assertThat(next.weights(2, 0, LOSSES)).containsExactly(moved, near());
  }

  @Test
  void o12Metabalance() {
    Metabalance metabalance = new Metabalance(0, .7, .9, Metabalance.Change.ALL);
    double[] scales = metabalance.scales(new double[] {.5, .1 * Math.sqrt(5)});
    assertThat(scales[1]).isCloseTo(1.8651775873802077, near());
    assertThat(run(metabalance)).containsExactly(new double[] {-.73039717, 5.86512159}, single());
    assertThat(run(new Metabalance(0, .7, .9, Metabalance.Change.SHRINK)))
        .containsExactly(new double[] {1, 5}, single());
    assertThat(new Metabalance(0, .7, .9, Metabalance.Change.ENLARGE).scales(new double[] {2, 4}))
        .containsExactly(1, 1);
  }

  @Test
  void o13DbMtl() {
    assertThat(run(new DbMtl(0, 0)))
        .containsExactly(new double[] {-3.2917959, 13.9442712}, within(2e-6));
    // The first moving average is a tenth of the gradient, and its direction the same.
    assertThat(run(new DbMtl(.9, 0)))
        .containsExactly(new double[] {-.32917959, 1.39442712}, within(2e-6));
  }

  @Test
  void o14Stch() {
    double[] ones = {1, 1};
    assertThat(new Stch(1, 4).loss(LOSSES, ones)).isCloseTo(0, near());
    Balancer stch = new Stch(1, 2).start(SHARED);
    assertThat(stch.weights(0, 0, LOSSES)).containsExactly(new double[] {1.25, 5}, near());
    stch.endEpoch(0, new double[] {9, 9});
    stch.endEpoch(1, ones);
    // At nadir 1 and μ = 1 the loss is K·ln(ΣL): every derivative is K/ΣL.
    assertThat(stch.weights(9, 2, LOSSES)).containsExactly(new double[] {2, 2}, near());
  }

  @Test
  void graddropKeepsOneSign() {
    double[] column = {3, -2, 1};
    assertThat(Graddrop.positiveShare(column)).isCloseTo(4 / 6.0, near());
    assertThat(Graddrop.kept(column, .6)).isEqualTo(4);
    assertThat(Graddrop.kept(column, .7)).isEqualTo(-2);
    assertThat(Graddrop.kept(new double[2], .1)).isZero();
    float[] d = new float[1];
    double mean = 0;
    Balancer balancer = new Graddrop().start(new Shared(2, List.of(1), 3));
    for (int step = 0; step < 4000; step++) {
      balancer.combine(step, new float[][] {{3}, {-1}}, LOSSES, d);
      assertThat(d[0]).isIn(3f, -1f);
      mean += d[0] / 4000;
    }
    // ¾·3 − ¼·1 = 2, standard error 0.027.
    assertThat(mean).isCloseTo(2, within(.14));
  }

  private static double[] weights(Balancing balancing) {
    return balancing.start(SHARED).weights(0, 0, LOSSES);
  }

  private static double[] run(Balancing balancing) {
    return combine(balancing.start(SHARED), 0, LOSSES);
  }

  private static double[] combine(Balancer balancer, long step, double[] losses) {
    float[] into = new float[2];
    balancer.combine(step, Case.floats(G), losses, into);
    return Case.doubles(into);
  }

  private static org.assertj.core.data.Offset<Double> near() {
    return within(1e-12);
  }

  /** The specification prints eight decimals. */
  private static org.assertj.core.data.Offset<Double> printed() {
    return within(5.1e-9);
  }

  /** Directions are float32. */
  private static org.assertj.core.data.Offset<Double> single() {
    return within(1e-6);
  }
}
