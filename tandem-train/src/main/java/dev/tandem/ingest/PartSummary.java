package dev.tandem.ingest;

import java.util.Map;

/**
 * Counts of one part.
 *
 * @param rows encoded rows
 * @param labels per task
 * @param unseen values that the training vocabulary does not hold, per column
 */
public record PartSummary(long rows, Map<String, LabelCounts> labels, Map<String, Long> unseen) {
  public PartSummary {
    labels = Map.copyOf(labels);
    unseen = Map.copyOf(unseen);
  }

  /**
   * Counts of a task's labels.
   *
   * @throws IllegalArgumentException when there is no such task
   */
  public LabelCounts labels(String task) {
    LabelCounts counts = labels.get(task);
    if (counts == null) {
      throw new IllegalArgumentException("no task " + task + " among " + labels.keySet());
    }
    return counts;
  }

  /**
   * Counts of one task's labels.
   *
   * @param observed rows with a label
   * @param positives those of them whose label is 1
   * @param missing rows without a label
   * @param outside rows outside the task's sample space
   */
  public record LabelCounts(long observed, long positives, long missing, long outside) {}
}
