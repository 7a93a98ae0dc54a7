package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Metrics on random rows against their definitions, and what must not change them. The seed is
 * printed with a failure; {@code -Dtandem.seed=N} repeats it.
 */
class MetricPropertiesTest {
  private static final int ROUNDS = 60;
  private final long seed = Long.getLong("tandem.seed", new Random().nextLong());

  @Test
  void aucIsTheShareOfOrderedPairs() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          assertThat(Auc.of(d.rows())).isCloseTo(pairwiseAuc(d, ones(d.n())), within(1e-12));
          assertThat(Auc.of(d.rows().weighted(d.weights)))
              .isCloseTo(pairwiseAuc(d, d.weights), within(1e-12));
        });
  }

  @Test
  void aucOnlySeesTheOrder() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double auc = Auc.of(d.rows());
          double[] moved = Arrays.stream(d.scores).map(s -> Math.expm1(3 * s) - 7).toArray();
          assertThat(Auc.of(Rows.binary(moved, d.labels))).isEqualTo(auc);
          double[] flipped = Arrays.stream(d.scores).map(s -> -s).toArray();
          assertThat(Auc.of(Rows.binary(flipped, d.labels))).isCloseTo(1 - auc, within(1e-12));
          float[] swapped = new float[d.n()];
          for (int i = 0; i < swapped.length; i++) {
            swapped[i] = 1 - d.labels[i];
          }
          assertThat(Auc.of(Rows.binary(d.scores, swapped))).isCloseTo(1 - auc, within(1e-12));
        });
  }

  @Test
  void orderOfRowsChangesNothing() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          List<Integer> order = new ArrayList<>(IntStream.range(0, d.n()).boxed().toList());
          Collections.shuffle(order, random);
          Data shuffled = d.take(order);
          for (Metric metric : metrics()) {
            if (!(metric instanceof Ndcg)) {
              assertThat(metric.measure(shuffled.all()).value())
                  .as(metric.name())
                  .isCloseTo(metric.measure(d.all()).value(), within(1e-12));
            }
          }
        });
  }

  @Test
  void wholeWeightsAreRepetition() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double[] times = new double[d.n()];
          List<Integer> repeated = new ArrayList<>();
          for (int i = 0; i < times.length; i++) {
            times[i] = i < 2 ? 1 : random.nextInt(4);
            repeated.addAll(Collections.nCopies((int) times[i], i));
          }
          Rows weighted = d.rows().weighted(times).grouped(d.groups);
          Data longer = d.take(repeated);
          Rows plain = longer.rows().grouped(longer.groups);
          for (Metric metric : metrics()) {
            if (!(metric instanceof Ndcg)) {
              sameOrBothNaN(metric, weighted, plain);
            }
          }
          List<RocCurve> curves = List.of(RocCurve.of(weighted, 1000), RocCurve.of(plain, 1000));
          // Scores whose rows all weigh nothing leave a doubled point in the weighted curve.
          assertThat(area(curves.get(0))).isCloseTo(area(curves.get(1)), within(1e-12));
        });
  }

  @Test
  void weightsHaveNoScale() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double[] scaled = Arrays.stream(d.weights).map(w -> 8 * w).toArray();
          for (Metric metric : metrics()) {
            sameOrBothNaN(metric, d.all().weighted(scaled), d.all());
          }
        });
  }

  @Test
  void groupMetricsAreMeansOverGroups() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double sum = 0;
          double rowsKept = 0;
          double plain = 0;
          double clicks = 0;
          double clickSum = 0;
          int kept = 0;
          for (int g : Arrays.stream(d.groups).distinct().toArray()) {
            Data own = d.take(d.where(g));
            double auc = pairwiseAuc(own, ones(own.n()));
            if (!Double.isNaN(auc)) {
              double positives = own.rows().totalLabel();
              sum += own.n() * auc;
              rowsKept += own.n();
              plain += auc;
              clickSum += positives * auc;
              clicks += positives;
              kept++;
            }
          }
          Rows rows = d.rows().grouped(d.groups);
          Measured gauc = new Gauc().measure(rows);
          if (kept == 0) {
            assertThat(gauc.value()).isNaN();
            return;
          }
          assertThat(gauc.value()).isCloseTo(sum / rowsKept, within(1e-12));
          assertThat(gauc.rows()).isEqualTo((long) rowsKept);
          assertThat(new UserAuc().measure(rows).value()).isCloseTo(plain / kept, within(1e-12));
          assertThat(new Gauc(true).measure(rows).value())
              .isCloseTo(clickSum / clicks, within(1e-12));
        });
  }

  @Test
  void ndcgIsBestForTheIdealOrder() {
    rounds(
        random -> {
          int n = 1 + random.nextInt(30);
          double[] relevance = random.ints(n, 0, 4).asDoubleStream().toArray();
          relevance[0] = 1;
          Ndcg ndcg = new Ndcg(1 + random.nextInt(12), random.nextBoolean(), false);
          double value = ndcg.ofRanked(relevance);
          assertThat(value).isBetween(0.0, 1 + 1e-12);
          double[] ideal =
              Arrays.stream(relevance)
                  .boxed()
                  .sorted(Comparator.reverseOrder())
                  .mapToDouble(x -> x)
                  .toArray();
          assertThat(ndcg.ofRanked(ideal)).isCloseTo(1, within(1e-12));
          double got = 0;
          double best = 0;
          for (int r = 0; r < Math.min(n, ndcg.k()); r++) {
            double log2 = Math.log(r + 2) / Math.log(2);
            got += (ndcg.linear() ? relevance[r] : (1 << (int) relevance[r]) - 1) / log2;
            best += (ndcg.linear() ? ideal[r] : (1 << (int) ideal[r]) - 1) / log2;
          }
          assertThat(value).isCloseTo(got / best, within(1e-12));
        });
  }

  @Test
  void ndcgRanksTiesInTheOrderOfTheRows() {
    Rows rows =
        Rows.binary(new double[] {.5, .5, .9, .5}, new float[] {0, 1, 0, 1}).grouped(new int[4]);
    double expected = new Ndcg().ofRanked(new double[] {0, 0, 1, 1});
    assertThat(new Ndcg().measure(rows).value()).isEqualTo(expected);
  }

  @Test
  void eceIsBelowTheMeanErrorAndZeroForExactRates() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double mean = Math.abs(d.predicted() - d.observed());
          for (Binning binning : Binning.values()) {
            int bins = 1 + random.nextInt(20);
            double ece = new Ece(bins, binning).of(d.rows());
            assertThat(ece).isBetween(mean - 1e-12, 1.0);
            assertThat(new Ece(1, binning).of(d.rows())).isCloseTo(mean, within(1e-12));
            CalibrationCurve curve = CalibrationCurve.of(d.rows(), bins, binning);
            assertThat(curve.points().stream().mapToLong(CalibrationCurve.Point::rows).sum())
                .isEqualTo(d.n());
          }
        });
    Rows exact =
        Rows.binary(new double[] {.5, .5, .25, .25, .25, .25}, new float[] {0, 1, 0, 0, 1, 0});
    assertThat(new Ece().of(exact)).isZero();
  }

  @Test
  void massBinsHoldEqualSharesOfDistinctScores() {
    double[] scores = IntStream.range(0, 100).mapToDouble(i -> Math.pow(i / 100.0, 3)).toArray();
    assertThat(
            CalibrationCurve.of(Rows.binary(scores, new float[100]), 10, Binning.EQUAL_MASS)
                .points())
        .hasSize(10)
        .allMatch(point -> point.rows() == 10);
  }

  @Test
  void lossesMatchTheirFormulas() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          double loss = 0;
          double square = 0;
          double weight = 0;
          double[] logits = new double[d.n()];
          for (int i = 0; i < d.n(); i++) {
            double p = d.scores[i];
            logits[i] = Math.log(p / (1 - p));
            loss -= d.weights[i] * Math.log(d.labels[i] == 1 ? p : 1 - p);
            square += d.weights[i] * (p - d.labels[i]) * (p - d.labels[i]);
            weight += d.weights[i];
          }
          Rows rows = d.rows().weighted(d.weights);
          assertThat(new LogLoss().of(rows)).isCloseTo(loss / weight, within(1e-12));
          assertThat(LogLoss.fromLogits(Rows.binary(logits, d.labels).weighted(d.weights)))
              .isCloseTo(loss / weight, within(1e-12));
          assertThat(new Brier().measure(rows).value()).isCloseTo(square / weight, within(1e-12));
          double rate = d.observed();
          Rows constant = Rows.binary(Arrays.stream(d.scores).map(s -> rate).toArray(), d.labels);
          assertThat(NormalizedEntropy.of(constant)).isCloseTo(1, within(1e-12));
          assertThat(Pcoc.of(constant)).isCloseTo(1, within(1e-12));
        });
  }

  @Test
  void areaUnderTheRocCurveIsTheAuc() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          Rows rows = d.all();
          RocCurve whole = RocCurve.of(rows, Integer.MAX_VALUE);
          assertThat(area(whole)).isCloseTo(Auc.of(rows), within(1e-12));
          int most = 2 + random.nextInt(20);
          RocCurve thin = RocCurve.of(rows, most);
          List<RocCurve.Point> points = thin.points();
          assertThat(points).hasSizeBetween(2, most);
          assertThat(points.get(0)).isEqualTo(new RocCurve.Point(0, 0, Double.POSITIVE_INFINITY));
          assertThat(points.get(points.size() - 1))
              .matches(end -> end.falsePositiveRate() == 1 && end.truePositiveRate() == 1);
          assertThat(points)
              .isSortedAccordingTo(Comparator.comparing(RocCurve.Point::falsePositiveRate));
          assertThat(points)
              .isSortedAccordingTo(Comparator.comparing(RocCurve.Point::truePositiveRate));
        });
  }

  @Test
  void thinnedCurvesFillTheirPoints() {
    Random random = new Random(3);
    int n = 20_000;
    double[] scores = random.doubles(n).toArray();
    float[] labels = new float[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextDouble() < scores[i] ? 1 : 0;
    }
    Rows rows = Rows.binary(scores, labels);
    RocCurve curve = RocCurve.of(rows, 200);
    assertThat(curve.points()).hasSize(200);
    assertThat(area(curve)).isCloseTo(Auc.of(rows), within(1e-4));
  }

  @Test
  void histogramsKeepEveryRow() {
    rounds(
        random -> {
          Data d = Data.draw(random);
          ScoreHistogram h = ScoreHistogram.of(d.rows(), 1 + random.nextInt(9), .2, .7);
          assertThat(h.bins().stream().mapToDouble(ScoreHistogram.Bin::positives).sum())
              .isEqualTo(d.rows().totalLabel());
          assertThat(h.bins().stream().mapToDouble(ScoreHistogram.Bin::negatives).sum())
              .isEqualTo(d.n() - d.rows().totalLabel());
        });
  }

  @Test
  void sortsAreStableAndKnowSigns() {
    rounds(
        random -> {
          double[] pool = {-0.0, 0.0, 1e-300, -1e300, 1, -1, Double.POSITIVE_INFINITY, .5, Math.PI};
          int n = random.nextInt(400);
          double[] scores = new double[n];
          int[] groups = new int[n];
          for (int i = 0; i < n; i++) {
            scores[i] =
                random.nextBoolean() ? pool[random.nextInt(pool.length)] : random.nextGaussian();
            groups[i] = random.nextBoolean() ? random.nextInt(3) - 1 : random.nextInt();
          }
          int[] expected =
              IntStream.range(0, n)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -(scores[i] + 0.0) + 0.0))
                  .mapToInt(i -> i)
                  .toArray();
          int[] order = ScoreOrder.descending(scores);
          assertThat(order).isEqualTo(expected);
          int[] byGroup =
              Arrays.stream(expected)
                  .boxed()
                  .sorted(Comparator.comparingInt(i -> groups[i]))
                  .mapToInt(i -> i)
                  .toArray();
          assertThat(ScoreOrder.byGroup(order, groups)).isEqualTo(byGroup);
        });
  }

  @Test
  void recorderKeepsWhatStreamsBy() {
    rounds(
        random -> {
          int n = random.nextInt(5000);
          Recorder recorder = new Recorder(LabelKind.BINARY, 1, true, true);
          double[] scores = random.doubles(n).toArray();
          double[] weights = random.doubles(n).toArray();
          float[] labels = new float[n];
          int[] groups = random.ints(n, 0, 50).toArray();
          for (int i = 0; i < n; i++) {
            labels[i] = random.nextInt(2);
            recorder.add(scores[i], labels[i], weights[i], groups[i]);
          }
          Rows direct = Rows.binary(scores, labels).weighted(weights).grouped(groups);
          assertThat(recorder.count()).isEqualTo(n);
          assertThat(recorder.rows().pairsWith(direct)).isTrue();
          assertThat(Metrics.all().measure("t", recorder.rows()))
              .isEqualTo(Metrics.all().measure("t", direct));
        });
    Recorder recorder = new Recorder(LabelKind.MULTICLASS, 3, false, false);
    for (int i = 0; i < 3000; i++) {
      recorder.add(new float[] {9, .5f, .25f, .25f}, 1, i % 3, 1, 0);
    }
    Rows rows = recorder.rows();
    assertThat(rows.score(2999, 0)).isEqualTo(.5);
    assertThat(new Accuracy().measure(rows).value()).isCloseTo(1 / 3.0, within(1e-15));
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

  private static List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    for (String name : Metrics.all().names()) {
      metrics.add(Metrics.all().get(name));
    }
    metrics.add(new Ece(7, Binning.EQUAL_MASS));
    metrics.add(new Gauc(true));
    metrics.removeIf(m -> !m.appliesTo(Data.draw(new Random(1)).all()));
    assertThat(metrics).hasSizeGreaterThan(10);
    return metrics;
  }

  private static void sameOrBothNaN(Metric metric, Rows a, Rows b) {
    double left = metric.measure(a).value();
    double right = metric.measure(b).value();
    if (!(Double.isNaN(left) && Double.isNaN(right))) {
      assertThat(left).as(metric.name()).isCloseTo(right, within(1e-11));
    }
  }

  private static double area(RocCurve curve) {
    double area = 0;
    for (int i = 1; i < curve.points().size(); i++) {
      RocCurve.Point a = curve.points().get(i - 1);
      RocCurve.Point b = curve.points().get(i);
      area +=
          (b.falsePositiveRate() - a.falsePositiveRate())
              * (a.truePositiveRate() + b.truePositiveRate())
              / 2;
    }
    return area;
  }

  private static double pairwiseAuc(Data d, double[] w) {
    double won = 0;
    double all = 0;
    for (int i = 0; i < d.n(); i++) {
      for (int j = 0; j < d.n(); j++) {
        if (d.labels[i] == 1 && d.labels[j] == 0) {
          double pair = w[i] * w[j];
          all += pair;
          won += d.scores[i] > d.scores[j] ? pair : d.scores[i] == d.scores[j] ? pair / 2 : 0;
        }
      }
    }
    return won / all;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Random binary rows, often with ties, always with both classes among the first two. */
  private static final class Data {
    final double[] scores;
    final float[] labels;
    final double[] weights;
    final int[] groups;

    Data(int n) {
      scores = new double[n];
      labels = new float[n];
      weights = new double[n];
      groups = new int[n];
    }

    static Data draw(Random random) {
      int n = 2 + random.nextInt(120);
      int steps = random.nextBoolean() ? 6 : 1_000_000;
      Data d = new Data(n);
      double rate = .1 + .8 * random.nextDouble();
      for (int i = 0; i < n; i++) {
        d.scores[i] = (1 + random.nextInt(steps)) / (steps + 1.0);
        d.labels[i] = i < 2 ? i : random.nextDouble() < rate ? 1 : 0;
        d.weights[i] = i >= 2 && random.nextInt(8) == 0 ? 0 : random.nextDouble() + .01;
        d.groups[i] = random.nextInt(9) - 4;
      }
      return d;
    }

    int n() {
      return labels.length;
    }

    Rows rows() {
      return Rows.binary(scores, labels);
    }

    Rows all() {
      return rows().weighted(weights).grouped(groups);
    }

    List<Integer> where(int group) {
      return IntStream.range(0, n()).filter(i -> groups[i] == group).boxed().toList();
    }

    Data take(List<Integer> rows) {
      int m = rows.size();
      Data d = new Data(m);
      for (int i = 0; i < m; i++) {
        int from = rows.get(i);
        d.scores[i] = scores[from];
        d.labels[i] = labels[from];
        d.weights[i] = weights[from];
        d.groups[i] = groups[from];
      }
      return d;
    }

    double predicted() {
      return Arrays.stream(scores).average().orElseThrow();
    }

    double observed() {
      return rows().totalLabel() / n();
    }
  }
}
