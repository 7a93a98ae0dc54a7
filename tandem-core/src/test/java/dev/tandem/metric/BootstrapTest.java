package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(400, .95, 7);

  @Test
  void sameSeedSameIntervalWhateverTheThreads() throws Exception {
    Rows rows = draw(11, 600, 1).grouped(groups(600, 40));
    Interval here = BOOTSTRAP.interval(new Auc(), rows);
    for (int threads : new int[] {1, 3}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        assertThat(pool.submit(() -> BOOTSTRAP.interval(new Auc(), rows)).get()).isEqualTo(here);
      } finally {
        pool.shutdown();
      }
    }
    assertThat(new Bootstrap(400, .95, 8).interval(new Auc(), rows)).isNotEqualTo(here);
  }

  @Test
  void replicatesEqualRowsGivenAgain() {
    Rows rows = draw(3, 80, 1);
    int[] times = new Resample(5, 2).times(80);
    assertThat(Arrays.stream(times).sum()).isEqualTo(80);
    double[] scores = new double[80];
    float[] labels = new float[80];
    int at = 0;
    for (int i = 0; i < 80; i++) {
      for (int t = 0; t < times[i]; t++) {
        scores[at] = rows.score(i);
        labels[at++] = rows.label(i);
      }
    }
    assertThat(Auc.of(rows.repeated(times)))
        .isCloseTo(Auc.of(Rows.binary(scores, labels)), within(1e-14));
  }

  @Test
  void drawsAreEven() {
    double[] mean = new double[10];
    double square = 0;
    for (int b = 0; b < 20_000; b++) {
      int[] times = new Resample(1, b).times(10);
      for (int i = 0; i < 10; i++) {
        mean[i] += times[i] / 20_000.0;
      }
      square += (times[0] - 1) * (times[0] - 1) / 20_000.0;
    }
    // A count is binomial(10, 1/10): mean 1, variance 0.9; five standard errors are 0.034.
    for (double m : mean) {
      assertThat(m).isCloseTo(1, within(.034));
    }
    assertThat(square).isCloseTo(.9, within(.06));
  }

  @Test
  void rowBootstrapAgreesWithDeLong() {
    Rows rows = draw(21, 2000, 1);
    Interval boot = new Bootstrap(1000, .95, 3).interval(new Auc(), rows);
    Interval normal = DeLong.estimate(rows).interval(.95);
    double width = normal.high() - normal.low();
    assertThat(boot.low()).isCloseTo(normal.low(), within(.15 * width));
    assertThat(boot.high()).isCloseTo(normal.high(), within(.15 * width));
  }

  @Test
  void groupsWidenTheIntervalOfRepeatedRows() {
    Rows once = draw(5, 300, 1);
    double[] scores = new double[3000];
    float[] labels = new float[3000];
    int[] groups = new int[3000];
    for (int i = 0; i < 3000; i++) {
      scores[i] = once.score(i / 10);
      labels[i] = once.label(i / 10);
      groups[i] = i / 10;
    }
    Rows tenfold = Rows.binary(scores, labels);
    Interval honest = BOOTSTRAP.interval(new Auc(), tenfold.grouped(groups));
    Interval naive = BOOTSTRAP.interval(new Auc(), tenfold);
    Interval single = BOOTSTRAP.interval(new Auc(), once);
    assertThat(naive.high() - naive.low()).isLessThan(.5 * (single.high() - single.low()));
    assertThat(honest.low()).isCloseTo(single.low(), within(1e-12));
    assertThat(honest.high()).isCloseTo(single.high(), within(1e-12));
  }

  @Test
  void oneGroupAloneHasNoInterval() {
    Rows rows = draw(5, 50, 1).grouped(new int[50]);
    Rows other = draw(5, 50, 2).grouped(new int[50]);
    assertThat(BOOTSTRAP.interval(new Auc(), rows).low()).isNaN();
    Bootstrap.Comparison compared = BOOTSTRAP.compare(new Auc(), rows, other);
    assertThat(compared.difference()).isNotNaN();
    assertThat(compared.interval().high()).isNaN();
    assertThat(compared.pValue()).isNaN();
  }

  @Test
  void wholeGroupsAreDrawnOfAMultiClassTaskToo() {
    Random random = new Random(4);
    double[] probabilities = new double[3 * 300];
    float[] classes = new float[300];
    for (int i = 0; i < 300; i++) {
      classes[i] = random.nextInt(3);
      double right = 0.2 + 0.6 * random.nextDouble();
      for (int c = 0; c < 3; c++) {
        probabilities[3 * i + c] = c == classes[i] ? right : (1 - right) / 2;
      }
    }
    // Groups of one row each are drawn like rows, number for number.
    Rows rows = Rows.multiclass(probabilities, 3, classes);
    assertThat(BOOTSTRAP.interval(new Accuracy(), rows.grouped(IntStream.range(0, 300).toArray())))
        .isEqualTo(BOOTSTRAP.interval(new Accuracy(), rows));
    assertThat(BOOTSTRAP.interval(new Accuracy(), rows.grouped(groups(300, 10))))
        .isNotEqualTo(BOOTSTRAP.interval(new Accuracy(), rows));
  }

  @Test
  void pairingFindsSmallDifferences() {
    Rows first = draw(9, 4000, 1);
    double[] worse = new double[4000];
    Random random = new Random(1);
    for (int i = 0; i < worse.length; i++) {
      worse[i] = first.score(i) + .3 * random.nextGaussian();
    }
    float[] labels = new float[4000];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = first.label(i);
    }
    Rows second = Rows.binary(worse, labels);
    Bootstrap.Comparison comparison = BOOTSTRAP.compare(new Auc(), first, second);
    assertThat(comparison.difference()).isEqualTo(Auc.of(first) - Auc.of(second));
    assertThat(comparison.interval().low()).isPositive();
    assertThat(comparison.pValue()).isEqualTo(2.0 / 401);
    DeLong.Comparison deLong = DeLong.compare(first, second);
    double width = deLong.interval(.95).high() - deLong.interval(.95).low();
    assertThat(comparison.interval().low())
        .isCloseTo(deLong.interval(.95).low(), within(.2 * width));
    Bootstrap.Comparison same = BOOTSTRAP.compare(new Auc(), first, first);
    assertThat(same.difference()).isZero();
    assertThat(same.pValue()).isOne();
    assertThat(DeLong.compare(first, first).pValue()).isOne();
  }

  @Test
  void comparesByGroupToo() {
    int[] groups = groups(1000, 50);
    Rows first = draw(31, 1000, 1).grouped(groups);
    float[] labels = new float[1000];
    double[] random = new Random(4).doubles(1000).toArray();
    for (int i = 0; i < 1000; i++) {
      labels[i] = first.label(i);
    }
    Rows second = Rows.binary(random, labels).grouped(groups);
    Bootstrap.Comparison comparison = BOOTSTRAP.compare(new Gauc(), first, second);
    assertThat(comparison.interval().contains(comparison.difference())).isTrue();
    assertThat(comparison.interval().low()).isPositive();
    assertThatThrownBy(() -> BOOTSTRAP.compare(new Auc(), first, draw(31, 1000, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different rows");
  }

  @Test
  void undefinedReplicatesAreDropped() {
    Rows rare = Rows.binary(new double[] {.9, .1, .2}, new float[] {1, 0, 0});
    Interval interval = BOOTSTRAP.interval(new Auc(), rare);
    assertThat(interval).isEqualTo(new Interval(1, 1, .95));
    Rows never = Rows.binary(new double[] {.9, .1}, new float[] {0, 0});
    assertThat(BOOTSTRAP.interval(new Auc(), never).low()).isNaN();
    assertThat(BOOTSTRAP.interval(new Auc(), Rows.binary(new double[0], new float[0])).high())
        .isNaN();
  }

  private static int[] groups(int rows, int count) {
    int[] groups = new int[rows];
    Arrays.setAll(groups, i -> (i * 7919) % count);
    return groups;
  }

  private static Rows draw(long seed, int n, double shift) {
    Random random = new Random(seed);
    double[] scores = new double[n];
    float[] labels = new float[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(3) == 0 ? 1 : 0;
      scores[i] = random.nextGaussian() + shift * labels[i];
    }
    return Rows.binary(scores, labels);
  }
}
