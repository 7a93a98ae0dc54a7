package dev.tandem.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metrics of all tasks over one data set.
 *
 * @param rows rows of the data set, of which each task judges those of its own sample space
 * @param tasks by name, in the order of the schema
 */
public record Evaluation(long rows, Map<String, TaskMetrics> tasks) {
  /** Keeps the order of the tasks. */
  public Evaluation {
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
  }

  /**
   * Mean of a metric over the tasks that measured it; NaN if none did or if it is undefined for one
   * of those that did, for a mean over fewer tasks could not be compared with the others.
   */
  public double mean(String metric) {
    double sum = 0;
    int count = 0;
    for (TaskMetrics task : tasks.values()) {
      if (task.values().containsKey(metric)) {
        sum += task.value(metric);
        count++;
      }
    }
    return sum / count;
  }

  /** As JSON: {@code {"rows": …, "tasks": {"income": {"n": …, "auc": …}}}}. */
  public Map<String, Object> toMap() {
    Map<String, Object> parts = new LinkedHashMap<>();
    tasks.forEach((name, task) -> parts.put(name, task.toMap()));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("rows", rows);
    map.put("tasks", parts);
    return map;
  }
}
