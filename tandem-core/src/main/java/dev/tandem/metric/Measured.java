package dev.tandem.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One value of a metric and what stands behind it.
 *
 * @param value the value; NaN where the metric is undefined
 * @param rows number of rows that entered the value
 * @param details further figures by name, such as the share of groups kept; often empty
 */
public record Measured(double value, long rows, Map<String, Double> details) {
  /** Keeps the order of the details. */
  public Measured {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** A value without further figures. */
  public static Measured of(double value, long rows) {
    return new Measured(value, rows, Map.of());
  }
}
