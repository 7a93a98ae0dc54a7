package dev.tandem.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables against a plain double-precision rewriting of the same rules. */
final class EmbeddingTableTest {
  private static final int ROWS = 997;
  private static final int BATCH = 64;

  static Stream<RowOptimizer> optimizers() {
    return Stream.of(
        new RowOptimizer.Adam(0.01),
        new RowOptimizer.Adam(0.01, 0.8, 0.95, 1e-6, 0.003),
        new RowOptimizer.Adagrad(0.05),
        new RowOptimizer.Adagrad(0.05, 0.1, 1e-10, 0),
        new RowOptimizer.RowwiseAdagrad(0.05, 0.2, 1e-8, 0.01),
        new RowOptimizer.Sgd(0.1));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void followsTheRuleOnTouchedRowsOnly(RowOptimizer optimizer) {
    int dim = 5;
    EmbeddingTable table = new EmbeddingTable("t", ROWS, dim, optimizer);
    table.initialize(3, 0.01, 0, ROWS);
    Map<Integer, double[][]> expected = new HashMap<>();
    Random random = new Random(11);
    Lookups lookups = new Lookups();
    int width = 2 * dim;
    for (int step = 1; step <= 5; step++) {
      Example example = Example.random(random, dim, width);
      example.fill(lookups);
      lookups.sort(ROWS);
      float[] before = snapshot(table);
      float[] gradients = new float[BATCH * width];
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = (float) random.nextGaussian();
      }
      new RowUpdate()
          .apply(table, lookups, 0, lookups.distinct(), gradients, new RowStep(step, 0.5, 0.25));
      reference(optimizer, step, example.sums(gradients, dim), before, expected, dim);
      float[] after = snapshot(table);
      for (int row = 0; row < ROWS; row++) {
        double[][] state = expected.get(row);
        for (int c = 0; c < dim; c++) {
          float actual = after[row * table.stride() + c];
          if (state == null || !example.touched(row)) {
            assertThat(actual).isEqualTo(before[row * table.stride() + c]);
          } else {
            assertThat((double) actual).isCloseTo(state[0][c], within(2e-5));
          }
        }
      }
    }
  }

  @Test
  void gathersSinglesBagsAndFactors() {
    EmbeddingTable table = new EmbeddingTable("t", 10, 2, new RowOptimizer.Sgd(1));
    table.initialize(1, 1, 0, 10);
    float[] rows = new float[20];
    table.weights(0, 10, rows);
    Lookups lookups = new Lookups();
    lookups.single(new int[] {3, 0, 9}, new float[0], 3, 0, 6);
    lookups.bags(new int[] {1, 2, 2}, new int[] {0, 2, 2, 3}, new float[0], true, 3, 2, 6);
    lookups.bags(
        new int[] {1, 2, 4}, new int[] {0, 1, 3, 3}, new float[] {2f, 3f, 4f}, false, 3, 4, 6);
    float[] values = new float[18];
    table.gather(lookups, 0, 1, values);
    table.gather(lookups, 1, 3, values);
    assertThat(values)
        .containsExactly(
            new float[] {
              rows[6],
              rows[7],
              0.5f * rows[2] + 0.5f * rows[4],
              0.5f * rows[3] + 0.5f * rows[5],
              2 * rows[2],
              2 * rows[3],
              rows[0],
              rows[1],
              0,
              0,
              3 * rows[4] + 4 * rows[8],
              3 * rows[5] + 4 * rows[9],
              rows[18],
              rows[19],
              rows[4],
              rows[5],
              0,
              0
            },
            within(1e-6f));
    assertThat(rows[0]).isZero();
    assertThat(rows[1]).isZero();
  }

  @Test
  void theNumberOfPartsDoesNotShowInTheBits() {
    float[] one = trainInParts(1);
    assertThat(trainInParts(2)).isEqualTo(one);
    assertThat(trainInParts(5)).isEqualTo(one);
  }

  private static float[] trainInParts(int parts) {
    EmbeddingTable table = new EmbeddingTable("t", ROWS, 16, new RowOptimizer.Adam(0.01));
    table.initialize(5, 0.01, 0, ROWS);
    Random random = new Random(2);
    Lookups lookups = new Lookups();
    for (int step = 1; step <= 4; step++) {
      lookups.clear();
      int[] ids = random.ints(3000, 0, ROWS).toArray();
      lookups.single(ids, new float[0], 3000, 0, 16);
      lookups.sort(ROWS);
      float[] gradients = new float[3000 * 16];
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = random.nextFloat() - 0.5f;
      }
      for (int p = parts - 1; p >= 0; p--) {
        new RowUpdate()
            .apply(
                table,
                lookups,
                lookups.cut(p, parts),
                lookups.cut(p + 1, parts),
                gradients,
                new RowStep(step));
      }
    }
    return snapshot(table);
  }

  @Test
  void sequencesKeepTheFirstStepsAndTheirPlaces() {
    EmbeddingTable table = new EmbeddingTable("t", 6, 1, new RowOptimizer.Sgd(1));
    table.initialize(1, 1, 0, 6);
    float[] rows = new float[6];
    table.weights(0, 6, rows);
    Lookups lookups = new Lookups();
    lookups.sequence(new int[] {5, 4, 3, 2}, new int[] {0, 3, 3, 4}, 2, 3, 0, 1);
    lookups.sort(6);
    float[] values = new float[6];
    table.gather(lookups, 0, 3, values);
    assertThat(values).containsExactly(rows[5], rows[4], 0, 0, rows[2], 0);
    assertThat(lookups.distinct()).isEqualTo(3);
  }

  @Test
  void initialWeightsDependOnSeedNameAndPlaceOnly() {
    EmbeddingTable whole = new EmbeddingTable("a", 5000, 8, new RowOptimizer.Adam(1));
    whole.initialize(7, 0.01, 0, 5000);
    EmbeddingTable pieces = new EmbeddingTable("a", 5000, 8, new RowOptimizer.Sgd(1));
    pieces.initialize(7, 0.01, 2500, 5000);
    pieces.initialize(7, 0.01, 0, 2500);
    float[] weights = new float[5000 * 8];
    whole.weights(0, 5000, weights);
    float[] other = new float[5000 * 8];
    pieces.weights(0, 5000, other);
    assertThat(other).isEqualTo(weights);
    EmbeddingTable named = new EmbeddingTable("b", 5000, 8, new RowOptimizer.Sgd(1));
    named.initialize(7, 0.01, 0, 5000);
    named.weights(0, 5000, other);
    assertThat(Arrays.copyOfRange(other, 8, 40_000))
        .isNotEqualTo(Arrays.copyOfRange(weights, 8, 40_000));
    double mean = 0;
    double square = 0;
    for (float w : weights) {
      mean += w;
      square += (double) w * w;
    }
    assertThat(mean / weights.length).isCloseTo(0, within(3e-4));
    assertThat(Math.sqrt(square / weights.length)).isCloseTo(0.01, within(1e-4));
  }

  @Test
  void rowsTravelThroughReadAndWrite() {
    EmbeddingTable table = new EmbeddingTable("t", 20, 3, new RowOptimizer.Adam(1));
    table.initialize(1, 0.1, 0, 20);
    float[] floats = snapshot(table);
    EmbeddingTable copy = new EmbeddingTable("t", 20, 3, new RowOptimizer.Adam(1));
    copy.write(0, 20, floats);
    assertThat(snapshot(copy)).isEqualTo(floats);
  }

  @Test
  void namesAnIdOutsideTheTable() {
    Lookups lookups = new Lookups();
    lookups.single(new int[] {1, 12}, new float[0], 2, 0, 1);
    assertThatThrownBy(() -> lookups.sort(12))
        .hasMessageContaining("id 12 is outside a table of 12 rows");
  }

  @Test
  void theNormOfTheSummedGradients() {
    Lookups lookups = new Lookups();
    lookups.single(new int[] {1, 2, 1}, new float[0], 3, 0, 2);
    lookups.sort(4);
    double norm =
        new RowUpdate()
            .squaredNorm(2, lookups, 0, lookups.distinct(), new float[] {1, 2, 3, 4, 5, 6});
    assertThat(norm).isEqualTo(36 + 64 + 9 + 16);
  }

  @Test
  void randomNumbersAreUniformAndNormal() {
    CounterRandom random = CounterRandom.of(1, "x");
    double sum = 0;
    int below = 0;
    int[] counts = new int[10];
    int n = 200_000;
    for (int i = 0; i < n; i++) {
      sum += random.uniform(i);
      below += random.normal(i) < -1.0 ? 1 : 0;
      counts[random.below(i, 10)]++;
    }
    assertThat(sum / n).isCloseTo(0.5, within(0.003));
    assertThat((double) below / n).isCloseTo(0.158655, within(0.003));
    assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963984540054, within(1e-8));
    assertThat(NormalQuantile.of(0.001)).isCloseTo(-3.090232306167813, within(1e-8));
    assertThat(NormalQuantile.of(0.999)).isCloseTo(3.090232306167813, within(1e-8));
    for (int count : counts) {
      assertThat((double) count / n).isCloseTo(0.1, within(0.004));
    }
    assertThat(random.at(1).bits(0)).isNotEqualTo(random.at(2).bits(0));
  }

  /**
   * Two coordinates with α .05, β 1, λ1 .1, λ2 .2, expected values from the published rule in
   * double precision.
   */
  @Test
  void ftrlFollowsItsSumsAndKeepsWeakWeightsAtZero() {
    RowOptimizer rule = new RowOptimizer.Ftrl(0.05, 1, 0.1, 0.2, 0);
    EmbeddingTable table = new EmbeddingTable("linear.t", 2, 2, rule);
    table.initialize(1, 0, 0, 2);
    Lookups lookups = new Lookups();
    lookups.single(new int[] {1}, new float[0], 1, 0, 2);
    lookups.sort(2);
    float[] weights = new float[4];
    RowUpdate update = new RowUpdate();
    update.apply(table, lookups, 0, 1, new float[] {0.3f, 0.06f}, new RowStep(1, 0.5, 1));
    table.weights(0, 2, weights);
    assertThat(weights).containsExactly(new float[] {0, 0, -0.0076335878f, 0}, within(1e-8f));
    update.apply(table, lookups, 0, 1, new float[] {-0.5f, -0.15f}, new RowStep(2, 0.5, 1));
    table.weights(0, 2, weights);
    assertThat(weights).containsExactly(new float[] {0, 0, 0.0017820455f, 0}, within(1e-8f));
    assertThat(weights[3]).isZero();
  }

  private static float[] snapshot(EmbeddingTable table) {
    float[] floats = new float[table.rows() * table.stride()];
    table.read(0, table.rows(), floats);
    return floats;
  }

  private static double[][] fresh(RowOptimizer rule, int dim) {
    double[][] state = new double[3][dim];
    Arrays.fill(state[1], rule.initialState());
    return state;
  }

  private static void reference(
      RowOptimizer rule,
      int step,
      Map<Integer, double[]> sums,
      float[] before,
      Map<Integer, double[][]> states,
      int dim) {
    int stride = before.length / ROWS;
    for (Map.Entry<Integer, double[]> entry : sums.entrySet()) {
      double[][] s = states.computeIfAbsent(entry.getKey(), r -> fresh(rule, dim));
      double[] g = entry.getValue();
      double squares = 0;
      for (int c = 0; c < dim; c++) {
        s[0][c] = before[entry.getKey() * stride + c];
        g[c] = 0.25 * g[c] + rule.l2() * s[0][c];
        squares += g[c] * g[c];
      }
      for (int c = 0; c < dim; c++) {
        double rate = 0.5 * rule.learningRate();
        if (rule instanceof RowOptimizer.Adam a) {
          s[1][c] = a.beta1() * s[1][c] + (1 - a.beta1()) * g[c];
          s[2][c] = a.beta2() * s[2][c] + (1 - a.beta2()) * g[c] * g[c];
          double m = s[1][c] / (1 - Math.pow(a.beta1(), step));
          double v = s[2][c] / (1 - Math.pow(a.beta2(), step));
          s[0][c] -= rate * m / (Math.sqrt(v) + a.epsilon());
        } else if (rule instanceof RowOptimizer.Adagrad a) {
          s[1][c] += g[c] * g[c];
          s[0][c] -= rate * g[c] / (Math.sqrt(s[1][c]) + a.epsilon());
        } else if (rule instanceof RowOptimizer.RowwiseAdagrad a) {
          s[1][c] += squares / dim;
          s[0][c] -= rate * g[c] / (Math.sqrt(s[1][c]) + a.epsilon());
        } else {
          s[0][c] -= rate * g[c];
        }
      }
    }
  }

  /** One single-valued field and one averaged bag over the same table. */
  private static final class Example {
    private final int[] ids;
    private final int[] bag;
    private final int[] offsets;
    private final int width;
    private final int dim;

    Example(int[] ids, int[] bag, int[] offsets, int width, int dim) {
      this.ids = ids;
      this.bag = bag;
      this.offsets = offsets;
      this.width = width;
      this.dim = dim;
    }

    static Example random(Random random, int dim, int width) {
      int[] offsets = new int[BATCH + 1];
      for (int r = 0; r < BATCH; r++) {
        offsets[r + 1] = offsets[r] + random.nextInt(4);
      }
      return new Example(
          random.ints(BATCH, 0, 40).toArray(),
          random.ints(offsets[BATCH], 20, ROWS).toArray(),
          offsets,
          width,
          dim);
    }

    void fill(Lookups lookups) {
      lookups.clear();
      lookups.single(ids, new float[0], BATCH, 0, width);
      lookups.bags(bag, offsets, new float[0], true, BATCH, dim, width);
    }

    boolean touched(int row) {
      return Arrays.stream(ids).anyMatch(i -> i == row)
          || Arrays.stream(bag).anyMatch(i -> i == row);
    }

    Map<Integer, double[]> sums(float[] gradients, int dim) {
      Map<Integer, double[]> sums = new HashMap<>();
      List<double[]> all = new ArrayList<>();
      for (int r = 0; r < BATCH; r++) {
        all.add(new double[] {ids[r], 1, r * width});
        for (int i = offsets[r]; i < offsets[r + 1]; i++) {
          all.add(new double[] {bag[i], 1.0 / (offsets[r + 1] - offsets[r]), r * width + dim});
        }
      }
      for (double[] lookup : all) {
        double[] sum = sums.computeIfAbsent((int) lookup[0], id -> new double[dim]);
        for (int c = 0; c < dim; c++) {
          sum[c] += lookup[1] * gradients[(int) lookup[2] + c];
        }
      }
      return sums;
    }
  }
}
