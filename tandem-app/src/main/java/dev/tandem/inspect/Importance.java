package dev.tandem.inspect;

import java.util.List;

/**
 * How much each task's metrics fall when one feature's values are shuffled over the rows: what the
 * model reads of the feature that it does not read elsewhere too (Breiman, Machine Learning 2001).
 *
 * @param rows the rows that were judged
 * @param repeats shuffles per feature
 * @param seed of the shuffles
 * @param tasks per task
 */
public record Importance(int rows, int repeats, long seed, List<ByTask> tasks) {
  public Importance {
    tasks = List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param task its name
   * @param rows rows with an observed label
   * @param features by falling drop of the first metric
   */
  public record ByTask(String task, int rows, List<ByFeature> features) {
    public ByTask {
      features = List.copyOf(features);
    }
  }

  /** One feature: a drop per metric. */
  public record ByFeature(String feature, List<Drop> drops) {
    public ByFeature {
      drops = List.copyOf(drops);
    }
  }

  /**
   * By how much a metric is worse without the feature; positive means that the feature helps.
   *
   * @param metric name of the metric
   * @param before its value on the rows as they are
   * @param drop mean over the shuffles
   * @param low lower end of its interval of 95 % by Student's t over the shuffles: the chance of
   *     shuffling, not that of the rows
   * @param high upper end
   */
  public record Drop(String metric, double before, double drop, double low, double high) {}
}
