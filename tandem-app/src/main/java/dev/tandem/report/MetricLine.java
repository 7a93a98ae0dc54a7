package dev.tandem.report;

import dev.tandem.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one task on one part of the data.
 *
 * @param part the part, such as test
 * @param task the task
 * @param metric name of the metric
 * @param better higher, lower or near_one; empty if unknown
 * @param value its value
 * @param low lower end of its interval; NaN without one
 * @param high upper end of its interval; NaN without one
 * @param rows rows behind it
 */
public record MetricLine(
    String part,
    String task,
    String metric,
    String better,
    double value,
    double low,
    double high,
    long rows) {
  private static final Set<String> NO_METRIC = Set.of("n", "positives", "weight");

  /**
   * The lines of an archive's metrics: part → evaluation as {@link
   * dev.tandem.metric.Evaluation#toMap} gives it. Other keys are passed over.
   */
  public static List<MetricLine> parse(Map<String, Object> metrics) {
    List<MetricLine> lines = new ArrayList<>();
    metrics.forEach(
        (part, evaluation) ->
            map(map(evaluation).get("tasks"))
                .forEach((task, values) -> lines.addAll(parse(part, task, map(values)))));
    return lines;
  }

  private static List<MetricLine> parse(String part, String task, Map<String, Object> values) {
    List<MetricLine> lines = new ArrayList<>();
    Map<String, Object> intervals = map(values.get("intervals"));
    Map<String, Object> rows = map(values.get("rows"));
    values.forEach(
        (metric, value) -> {
          if (value instanceof Number number && !NO_METRIC.contains(metric)) {
            Object n = rows.getOrDefault(metric, values.getOrDefault("n", 0));
            lines.add(
                new MetricLine(
                    part,
                    task,
                    metric,
                    better(metric),
                    number.doubleValue(),
                    end(intervals.get(metric), 0),
                    end(intervals.get(metric), 1),
                    n instanceof Number count ? count.longValue() : 0));
          }
        });
    return lines;
  }

  /** Which values of a metric are better, in lower case; empty for a metric that is not known. */
  static String better(String metric) {
    try {
      return Metrics.all().get(metric).better().name().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static double end(@Nullable Object interval, int which) {
    return interval instanceof List<?> ends
            && ends.size() == 2
            && ends.get(which) instanceof Number number
        ? number.doubleValue()
        : Double.NaN;
  }

  @SuppressWarnings("unchecked") // JSON objects have names as keys
  private static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
