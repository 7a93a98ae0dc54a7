package dev.tandem.experiment;

import dev.tandem.metric.Better;
import dev.tandem.metric.Holm;
import dev.tandem.metric.Interval;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.PairedTTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A paired test of one model against another on one metric of one task, the pairs being runs of
 * equal seed.
 *
 * @param model the model
 * @param task the task
 * @param pairs number of seeds that both have
 * @param gain mean difference, signed so that positive is better
 * @param interval of that mean, at level 1 − α, without correction
 * @param pValue two-sided
 * @param adjusted by Holm over the comparisons made together
 */
record Comparison(
    String model,
    String task,
    int pairs,
    double gain,
    Interval interval,
    double pValue,
    double adjusted) {

  /**
   * Tests models against another on one metric, over all tasks that have it, as one family of
   * comparisons. Pairs of models with fewer than two common seeds are left out.
   */
  static List<Comparison> against(
      String baseline, List<String> models, Results results, String metric, double alpha) {
    Better better = Metrics.all().get(metric).better();
    List<Comparison> raw = new ArrayList<>();
    for (String task : results.tasks()) {
      for (String model : models) {
        if (!model.equals(baseline)) {
          of(model, baseline, task, results, metric, better, alpha).ifPresent(raw::add);
        }
      }
    }
    double[] adjusted = Holm.adjust(raw.stream().mapToDouble(Comparison::pValue).toArray());
    List<Comparison> family = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Comparison c = raw.get(i);
      family.add(
          new Comparison(c.model, c.task, c.pairs, c.gain, c.interval, c.pValue, adjusted[i]));
    }
    return family;
  }

  private static Optional<Comparison> of(
      String model,
      String baseline,
      String task,
      Results results,
      String metric,
      Better better,
      double alpha) {
    double[][] pairs =
        results.sample(model, task, metric).pairs(results.sample(baseline, task, metric));
    int n = pairs[0].length;
    if (n < 2) {
      return Optional.empty();
    }
    double[] gains = new double[n];
    for (int i = 0; i < n; i++) {
      gains[i] = better.gain(pairs[0][i], pairs[1][i]);
    }
    PairedTTest test = PairedTTest.of(gains, new double[n]);
    return Optional.of(
        new Comparison(
            model,
            task,
            n,
            test.meanDifference(),
            test.interval(1 - alpha),
            test.pValue(),
            test.pValue()));
  }

  /** {@code better}, {@code worse}, or {@code –} where the test does not tell. */
  String verdict(double alpha) {
    if (!(adjusted <= alpha)) {
      return "–";
    }
    return gain > 0 ? "better" : "worse";
  }
}
