package dev.tandem.inspect;

import java.util.List;

/**
 * What each feature of one row adds to each task's prediction: Shapley values, so that the base and
 * the contributions add up to the prediction. Estimated by sampling orders of the features and
 * reference rows (Štrumbelj and Kononenko, KAIS 2014), each order also reversed.
 *
 * @param row number of the row, from 0
 * @param samples sampled orders
 * @param references rows that reference values were drawn from
 * @param seed of the draws
 * @param scorings rows scored for it
 * @param tasks per task
 */
public record Explanation(
    long row, int samples, int references, long seed, long scorings, List<ByTask> tasks) {
  public Explanation {
    tasks = List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param task its name; with its class if there are several: the one predicted
   * @param unit what is explained: logit, or value in original units for a regression task
   * @param prediction the row's prediction: probability, or value
   * @param value the row's value in that unit
   * @param base mean value of the reference rows
   * @param features by falling size of what they add
   */
  public record ByTask(
      String task,
      String unit,
      double prediction,
      double value,
      double base,
      List<Contribution> features) {
    public ByTask {
      features = List.copyOf(features);
    }
  }

  /**
   * What one feature adds.
   *
   * @param feature its name
   * @param adds mean over the samples
   * @param error its standard error
   */
  public record Contribution(String feature, double adds, double error) {}
}
