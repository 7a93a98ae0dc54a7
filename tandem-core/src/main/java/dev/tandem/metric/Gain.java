package dev.tandem.metric;

import java.util.List;

/** How much one model improves on another, over metrics and tasks. */
public final class Gain {
  private Gain() {}

  /**
   * One metric of one task under two models.
   *
   * @param better which values are better
   * @param value the model in question
   * @param base the model it is compared with
   */
  public record Pair(Better better, double value, double base) {}

  /**
   * RelaImpr (Yan et al., ICML 2014): relative gain of AUC over the ½ of a random ranking, minus
   * one; 0.09 means 9 %.
   */
  public static double relaImpr(double auc, double baseAuc) {
    return (auc - 0.5) / (baseAuc - 0.5) - 1;
  }

  /**
   * MTL gain (PLE, equation 11): difference from the same network trained on the task alone, signed
   * so that positive is better.
   */
  public static double mtlGain(Pair pair) {
    return pair.better().gain(pair.value(), pair.base());
  }

  /**
   * Δm in percent (Maninis et al., CVPR 2019, as in LibMTL): the relative gains, averaged over the
   * metrics of a task, then over the tasks.
   *
   * @param tasks the metrics of each task, each list not empty
   */
  public static double deltaM(List<List<Pair>> tasks) {
    double sum = 0;
    for (List<Pair> metrics : tasks) {
      double task = 0;
      for (Pair pair : metrics) {
        task += mtlGain(pair) / Math.abs(pair.base());
      }
      sum += task / metrics.size();
    }
    return sum / tasks.size() * 100;
  }
}
