package dev.tandem.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of one task over its judged rows.
 *
 * @param task name of the task
 * @param kind what its labels are
 * @param n number of judged rows
 * @param weight total weight; equals {@code n} without weights
 * @param positives total weight of the positives of a binary task, otherwise NaN
 * @param values by name of the metric
 * @param intervals by name of the metric, where intervals were asked for
 */
public record TaskMetrics(
    String task,
    LabelKind kind,
    long n,
    double weight,
    double positives,
    Map<String, Measured> values,
    Map<String, Interval> intervals) {
  /** Keeps the order of the maps. */
  public TaskMetrics {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    intervals = Collections.unmodifiableMap(new LinkedHashMap<>(intervals));
  }

  /** The value of a metric; NaN when it was not measured or is undefined. */
  public double value(String metric) {
    Measured measured = values.get(metric);
    return measured == null ? Double.NaN : measured.value();
  }

  /** The same metrics with intervals from the bootstrap for some of them. */
  public TaskMetrics withIntervals(Rows rows, Bootstrap bootstrap, List<Metric> metrics) {
    Map<String, Interval> found = new LinkedHashMap<>(intervals);
    for (Metric metric : metrics) {
      if (metric.appliesTo(rows)) {
        found.put(metric.name(), bootstrap.interval(metric, rows));
      }
    }
    return new TaskMetrics(task, kind, n, weight, positives, values, found);
  }

  /**
   * The metrics as JSON knows them: {@code {"n": …, "positives": …, "auc": …, "logloss": …}}. Where
   * they differ from the plain case follow {@code "weight"}, {@code "rows"} (a metric's row count
   * other than n), {@code "details"}, {@code "intervals"} ([low, high] each), and {@code
   * "undefined"}, the names of the metrics without a value, since JSON has no NaN.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, Object> rows = new LinkedHashMap<>();
    Map<String, Object> details = new LinkedHashMap<>();
    Map<String, Object> ends = new LinkedHashMap<>();
    List<String> undefined = new ArrayList<>();
    map.put("n", n);
    if (!Double.isNaN(positives)) {
      map.put("positives", plain(positives));
    }
    if (weight != n) {
      map.put("weight", weight);
    }
    values.forEach(
        (name, measured) -> {
          if (Double.isFinite(measured.value())) {
            map.put(name, measured.value());
          } else {
            undefined.add(name);
          }
          if (measured.rows() != n) {
            rows.put(name, measured.rows());
          }
          Map<String, Object> figures = new LinkedHashMap<>();
          measured
              .details()
              .forEach(
                  (detail, figure) -> {
                    if (Double.isFinite(figure)) {
                      figures.put(detail, plain(figure));
                    }
                  });
          if (!figures.isEmpty()) {
            details.put(name, figures);
          }
        });
    intervals.forEach(
        (name, interval) -> {
          if (Double.isFinite(interval.low()) && Double.isFinite(interval.high())) {
            ends.put(name, List.of(interval.low(), interval.high()));
          }
        });
    putUnlessEmpty(map, "rows", rows);
    putUnlessEmpty(map, "details", details);
    putUnlessEmpty(map, "intervals", ends);
    if (!undefined.isEmpty()) {
      map.put("undefined", undefined);
    }
    return map;
  }

  private static void putUnlessEmpty(
      Map<String, Object> map, String key, Map<String, Object> part) {
    if (!part.isEmpty()) {
      map.put(key, part);
    }
  }

  private static Number plain(double figure) {
    if (figure == Math.rint(figure) && Math.abs(figure) < 1L << 53) {
      return (long) figure;
    }
    return figure;
  }
}
