package dev.tandem.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What must hold for every rule, or for those that promise it, on random gradients. The seed is
 * printed with a failure; {@code -Dtandem.seed=N} repeats it.
 */
class BalanceInvariantsTest {
  private static final int ROUNDS = 60;
  private final long seed = Long.getLong("tandem.seed", new Random().nextLong());

  /** Every rule, with options that need no history. */
  private static final Map<String, Balancing> ALL =
      Map.ofEntries(
          Map.entry("equal", new Equal()),
          Map.entry("static", new Static(List.of())),
          Map.entry(
              "uncertainty", new Uncertainty(Uncertainty.Form.REGRESSION, Optional.empty(), .1)),
          Map.entry("dwa", new Dwa(2)),
          Map.entry("rlw", new Rlw()),
          Map.entry("gls", new Gls()),
          Map.entry("imtl_l", new ImtlL(.1)),
          Map.entry("imtl_g", new ImtlG()),
          Map.entry("imtl", new Imtl(.1)),
          Map.entry("famo", new Famo(.025, .001, 0, true)),
          Map.entry("stch", new Stch(1, 1)),
          Map.entry("gradnorm", new Gradnorm(1.5, .025, Gradnorm.Initial.STEP)),
          Map.entry("mgda", new Mgda(Mgda.Normalization.L2, false)),
          Map.entry("pcgrad", new Pcgrad()),
          Map.entry("gradvac", new Gradvac(.5, true)),
          Map.entry("cagrad", new Cagrad(.5, Cagrad.Rescale.SQUARE)),
          Map.entry("nash_mtl", new NashMtl(2, true, 1)),
          Map.entry("aligned_mtl", new AlignedMtl()),
          Map.entry("metabalance", new Metabalance(0, .7, .9, Metabalance.Change.ALL)),
          Map.entry("db_mtl", new DbMtl(.9, 0)),
          Map.entry("graddrop", new Graddrop()));

  @Test
  void everyRuleIsFoundByItself() {
    assertThat(Balancings.types().keySet()).containsExactlyInAnyOrderElementsOf(ALL.keySet());
    ALL.forEach(
        (name, balancing) ->
            assertThat(Balancings.types().get(name)).isEqualTo(balancing.getClass()));
  }

  @Test
  void everyOptionHasADefaultAndASentence() {
    Balancings.types()
        .values()
        .forEach(
            type -> {
              assertThat(type.isAnnotationPresent(dev.tandem.schema.Doc.class)).isTrue();
              for (var option : type.getRecordComponents()) {
                assertThat(option.isAnnotationPresent(dev.tandem.schema.Doc.class))
                    .as("%s.%s", type, option)
                    .isTrue();
                assertThat(
                        option.getType() == Optional.class
                            || option.isAnnotationPresent(dev.tandem.schema.Default.class))
                    .as("%s.%s", type, option)
                    .isTrue();
              }
            });
  }

  @Test
  void oneTaskKeepsItsDirection() {
    rounds(
        random -> {
          float[][] g = draw(random, 1, 7);
          double[] losses = {.1 + random.nextDouble()};
          ALL.forEach((name, b) -> assertParallel(name, run(b, g, losses), g[0]));
        });
  }

  @Test
  void equalGradientsKeepTheirDirection() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(4);
          float[] one = draw(random, 1, 7)[0];
          float[][] g = new float[tasks][];
          Arrays.setAll(g, k -> one.clone());
          ALL.forEach((name, b) -> assertParallel(name, run(b, g, losses(random, tasks)), one));
        });
  }

  @Test
  void anglesWithoutConflictAreLeftAlone() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(4);
          float[][] g = new float[tasks][tasks];
          float[] sum = new float[tasks];
          for (int k = 0; k < tasks; k++) {
            g[k][k] = (float) random.nextGaussian();
            sum[k] = g[k][k];
          }
          assertThat(run(new Pcgrad(), g, losses(random, tasks)))
              .containsExactly(sum, within(1e-6f));
        });
  }

  @Test
  void noTaskIsHurt() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(4);
          float[][] g = draw(random, tasks, 9);
          double[] losses = losses(random, tasks);
          List<Balancing> promising = new ArrayList<>();
          promising.add(new Mgda(Mgda.Normalization.NONE, false));
          promising.add(new Mgda(Mgda.Normalization.LOSS_L2, false));
          promising.add(new NashMtl(1, true, 1));
          if (tasks == 2) {
            promising.add(new ImtlG());
            promising.add(new Pcgrad());
          }
          for (Balancing b : promising) {
            double[] d = Case.doubles(run(b, g, losses));
            for (float[] own : g) {
              double[] gk = Case.doubles(own);
              double cosine = Weights.dot(d, gk) / length(d) / length(gk);
              assertThat(cosine).as("%s", b).isGreaterThan(-1e-4);
            }
          }
        });
  }

  @Test
  void scaleOfALossDoesNotMatter() {
    rounds(
        random -> {
          float[][] g = draw(random, 2, 9);
          float[][] scaled = {g[0].clone(), g[1].clone()};
          for (int p = 0; p < 9; p++) {
            scaled[0][p] *= 10;
          }
          double[] losses = losses(random, 2);
          double[] scaledLosses = {10 * losses[0], losses[1]};
          for (Balancing b :
              List.of(new NashMtl(1, false, 0), new ImtlG(), new Gls(), new DbMtl(0, 0))) {
            assertParallel(b.toString(), run(b, scaled, scaledLosses), run(b, g, losses));
          }
          double[] equal = Case.doubles(run(new Equal(), g, losses));
          double[] changed = Case.doubles(run(new Equal(), scaled, scaledLosses));
          double cosine = Weights.dot(equal, changed) / length(equal) / length(changed);
          assertThat(cosine).isLessThan(1 - 1e-6);
        });
  }

  @Test
  void learnedWeightsFindTheInverseLosses() {
    double[] losses = {2, .5};
    Shared shared = new Shared(2, List.of(1), 1);
    for (Balancing b :
        List.of(
            new ImtlL(.05), new Uncertainty(Uncertainty.Form.REGRESSION, Optional.of(0.0), .05))) {
      Balancer balancer = b.start(shared);
      for (int step = 0; step < 2000; step++) {
        balancer.observe(step, 0, losses, new double[0]);
      }
      double[] w = balancer.weights(2000, 0, losses);
      assertThat(w[0] * losses[0] / (w[1] * losses[1])).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void famoSlowsTheFasterTask() {
    Balancer famo = new Famo(.025, .001, 0, false).start(new Shared(2, List.of(1), 1));
    double[] losses = {1, 1};
    for (int step = 0; step < 50; step++) {
      famo.observe(step, 0, losses.clone(), new double[0]);
      losses[0] *= .9;
      losses[1] *= .99;
    }
    double[] w = famo.weights(50, 0, new double[] {1, 1});
    assertThat(w[0]).isLessThan(.3);
    assertThat(w[0] + w[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void minimaOverTheSimplexAreOptimal() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(7);
          double[][] g = doubles(draw(random, tasks, 2 + random.nextInt(12)));
          double[][] gram = Case.gram(g);
          double[] w = Mgda.weights(gram, Weights.ones(tasks));
          double[] slope = Weights.times(gram, w);
          assertOptimal(w, slope, Weights.norms(gram));

          Cagrad cagrad = new Cagrad(.5, Cagrad.Rescale.NONE);
          double[] v = cagrad.weights(gram);
          double[] gv = Weights.times(gram, v);
          double length = Math.sqrt(Math.max(0, Weights.dot(v, gv)));
          double[] products = Weights.times(gram, Weights.equal(tasks));
          double radius = .5 * Math.sqrt(Weights.dot(Weights.equal(tasks), products));
          if (length > 1e-3 * radius) {
            double[] gradient = new double[tasks];
            Arrays.setAll(gradient, i -> products[i] + radius / length * gv[i]);
            assertOptimal(v, gradient, Weights.norms(gram));
            double[] d = Case.sum(cagrad.coefficients(gram, v), g);
            double[] mean = Case.sum(Weights.equal(tasks), g);
            for (int p = 0; p < d.length; p++) {
              d[p] -= mean[p];
            }
            assertThat(length(d)).isCloseTo(radius, within(1e-9 * radius));
          }
        });
  }

  @Test
  void nashSolvesItsEquation() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(7);
          double[][] g = doubles(draw(random, tasks, 20));
          for (int k = 0; k < tasks; k++) {
            double size = Math.pow(10, random.nextInt(7) - 3);
            Arrays.setAll(g[k], p -> 0);
            for (int p = 0; p < 20; p++) {
              g[k][p] = size * random.nextGaussian();
            }
          }
          double[][] gram = Case.gram(g);
          double[] alpha = NashMtl.solve(gram);
          assertThat(alpha).hasSize(tasks);
          double[] product = Weights.times(gram, alpha);
          for (int i = 0; i < tasks; i++) {
            assertThat(alpha[i]).isPositive();
            assertThat(product[i] * alpha[i]).isCloseTo(1, within(1e-9));
          }
        });
  }

  @Test
  void hopelessConflictsFallBackToTheMean() {
    float[][] opposite = {{1, 2}, {-2, -4}};
    float[] mean = {-.5f, -1};
    double[] losses = {1, 1};
    assertThat(run(new NashMtl(1, true, 0), opposite, losses)).containsExactly(mean, within(1e-5f));
    float[][] parallel = {{1, 2}, {-3, -6}, {2, 4}};
    assertThat(run(new ImtlG(), parallel, new double[] {1, 1, 1}))
        .containsExactly(new float[] {0, 0}, within(1e-6f));
    float[][] alike = {{1, 2}, {2, 4}};
    assertThat(run(new ImtlG(), alike, losses))
        .containsExactly(new float[] {1.5f, 3}, within(1e-6f));
    float[][] none = {{0, 0}, {0, 0}};
    ALL.forEach((name, b) -> assertThat(run(b, none, losses)).as(name).containsExactly(0, 0));
    float[][] half = {{1, 1}, {0, 0}};
    ALL.forEach(
        (name, b) -> {
          for (float value : run(b, half, losses)) {
            assertThat(value).as(name).isFinite();
          }
        });
  }

  @Test
  void eigenSolverReconstructs() {
    rounds(
        random -> {
          int n = 1 + random.nextInt(8);
          double[][] a = Case.gram(doubles(draw(random, n, 1 + random.nextInt(10))));
          SymmetricEigen eigen = new SymmetricEigen(a);
          double scale = Arrays.stream(Case.flat(a)).map(Math::abs).max().orElseThrow();
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              double sum = 0;
              double dot = 0;
              for (int c = 0; c < n; c++) {
                sum += eigen.value(c) * eigen.vector(i, c) * eigen.vector(j, c);
                dot += eigen.vector(c, i) * eigen.vector(c, j);
              }
              assertThat(sum).isCloseTo(a[i][j], within(1e-13 * scale * n));
              assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-13 * n));
            }
          }
        });
  }

  @Test
  void singularValuesAreAligned() {
    rounds(
        random -> {
          int tasks = 2 + random.nextInt(4);
          double[][] gram = Case.gram(doubles(draw(random, tasks, 12)));
          double[][] b = AlignedMtl.matrix(gram);
          double least = new SymmetricEigen(gram).value(0);
          for (int i = 0; i < tasks; i++) {
            double[] bm = Weights.times(gram, b[i]); // row i of B times GGᵀ
            for (int j = 0; j < tasks; j++) {
              assertThat(Weights.dot(bm, b[j]))
                  .isCloseTo(i == j ? least : 0, within(1e-9 * (1 + least)));
            }
          }
        });
  }

  @Test
  void restoringContinuesBitForBit() {
    ALL.forEach(
        (name, balancing) -> {
          Random random = new Random(seed);
          Shared shared = new Shared(3, List.of(4, 5), 17);
          Balancer whole = balancing.start(shared);
          Balancer resumed = balancing.start(shared);
          for (int step = 0; step < 12; step++) {
            if (step == 7) {
              BalanceState state = whole.state();
              resumed = balancing.start(shared);
              resumed.restore(new BalanceState(state.doubles(), state.floats()));
            }
            float[][] g = draw(random, 3, 9);
            double[] losses = losses(random, 3);
            double[] after = losses(random, 3);
            List<float[]> directions = new ArrayList<>();
            List<double[]> weights = new ArrayList<>();
            for (Balancer b : List.of(whole, resumed)) {
              weights.add(b.weights(step, step / 3, losses));
              float[] d = new float[9];
              b.combine(step, g, losses, d);
              directions.add(d);
              b.observe(step, step / 3, losses, after);
              if (step % 3 == 2) {
                b.endEpoch(step / 3, losses);
              }
            }
            assertThat(directions.get(1)).as("%s seed %d", name, seed).isEqualTo(directions.get(0));
            assertThat(weights.get(1)).as("%s seed %d", name, seed).isEqualTo(weights.get(0));
          }
        });
  }

  @Test
  void tensorsAreTreatedApart() {
    float[][] g = {{3, 4, 1, 0}, {-2, 1, 0, 2}};
    float[] d = new float[4];
    Shared shared = new Shared(2, List.of(2, 2), 1);
    new Gradvac(.5, true).start(shared).combine(0, g, new double[] {1, 1}, d);
    assertThat(d).containsExactly(new float[] {.44f, 5.72f, 1, 2}, within(1e-6f));
    new Metabalance(1, 1, 0, Metabalance.Change.ALL)
        .start(shared)
        .combine(0, g, new double[] {1, 1}, d);
    float factor = (float) (Math.sqrt(5) / 5);
    assertThat(d)
        .containsExactly(new float[] {3 * factor - 2, 4 * factor + 1, 2, 2}, within(1e-4f));
  }

  @Test
  void wrongSetUpsAreRefused() {
    Shared two = new Shared(2, List.of(3), 1);
    refused("3 weights for 2 tasks", () -> new Static(List.of(1.0, 2.0, 3.0)).start(two));
    refused("task 2", () -> new Metabalance(2, .7, .9, Metabalance.Change.ALL).start(two));
    refused("at least 1", () -> new Shared(0, List.of(), 1));
    refused("'last' is missing", () -> new Dwa(2).start(two).restore(BalanceState.empty()));
    refused(
        "'moving.0' has 4 values where 3",
        () ->
            new DbMtl(.9, 0)
                .start(two)
                .restore(
                    new BalanceState(
                        Map.of("steps", new double[1]), Map.of("moving.0", new float[4]))));
  }

  private static void refused(
      String says, org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
    assertThatThrownBy(c).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(says);
  }

  private void rounds(Consumer<Random> round) {
    for (int i = 0; i < ROUNDS; i++) {
      try {
        round.accept(new Random(seed + i));
      } catch (AssertionError e) {
        throw new AssertionError("round " + i + " of -Dtandem.seed=" + seed, e);
      }
    }
  }

  private static float[] run(Balancing balancing, float[][] g, double[] losses) {
    Shared shared = new Shared(g.length, List.of(g[0].length), 5);
    float[] into = new float[g[0].length];
    balancing.start(shared).combine(3, g, losses, into);
    return into;
  }

  /** All weights at least 0, adding up to 1, and none on a task whose slope is not the least. */
  private static void assertOptimal(double[] w, double[] slope, double[] norms) {
    double least = Arrays.stream(slope).min().orElseThrow();
    double longest = Arrays.stream(norms).max().orElseThrow();
    double gap = IntStream.range(0, w.length).mapToDouble(i -> w[i] * (slope[i] - least)).sum();
    assertThat(Arrays.stream(w).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(w).sum()).isCloseTo(1, within(1e-12));
    assertThat(gap).isLessThan(1e-12 * longest * longest);
  }

  private static void assertParallel(String name, float[] d, float[] g) {
    double[] a = Case.doubles(d);
    double[] b = Case.doubles(g);
    assertThat(length(a)).as(name).isPositive();
    assertThat(Weights.dot(a, b) / length(a) / length(b)).as(name).isCloseTo(1, within(1e-5));
  }

  private static double length(double[] x) {
    return Math.sqrt(Weights.dot(x, x));
  }

  private static double[] losses(Random random, int tasks) {
    return random.doubles(tasks, .1, 2).toArray();
  }

  private static float[][] draw(Random random, int tasks, int size) {
    float[][] g = new float[tasks][size];
    for (float[] row : g) {
      for (int p = 0; p < size; p++) {
        row[p] = (float) random.nextGaussian();
      }
    }
    return g;
  }

  private static double[][] doubles(float[][] g) {
    return Arrays.stream(g).map(Case::doubles).toArray(double[][]::new);
  }
}
