package dev.tandem.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One learning curve.
 *
 * @param part train or validation
 * @param task the task; empty for the joint loss
 * @param metric name of the metric
 * @param points its values, in the order of training
 */
public record Curve(String part, String task, String metric, List<Point> points) {
  public Curve {
    points = List.copyOf(points);
  }

  /** A value after so many epochs and steps. */
  public record Point(double epoch, long step, double value) {}

  /**
   * The curves of an archive's part: columns epoch, step, part, task, metric, value, under a header
   * line. Lines of any other form are passed over: the part is for people, not for scoring.
   */
  public static List<Curve> parse(String csv) {
    record Name(String part, String task, String metric) {}
    Map<Name, List<Point>> found = new LinkedHashMap<>();
    for (String line : csv.lines().skip(1).toList()) {
      List<String> cells = cells(line);
      if (cells.size() != 6) {
        continue;
      }
      double epoch = number(cells.get(0));
      double value = number(cells.get(5));
      if (!Double.isNaN(epoch)) {
        Name name = new Name(cells.get(2), cells.get(3), cells.get(4));
        found
            .computeIfAbsent(name, n -> new ArrayList<>())
            .add(new Point(epoch, Math.round(number(cells.get(1))), value));
      }
    }
    return found.entrySet().stream()
        .map(
            e -> new Curve(e.getKey().part(), e.getKey().task(), e.getKey().metric(), e.getValue()))
        .toList();
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
