package dev.tandem.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * The ROC curve of a binary task: one point per threshold "positive if score ≥ threshold", from (0,
 * 0) at threshold +∞ to (1, 1). Empty when a class is absent.
 *
 * @param points both rates rising, thresholds falling
 */
public record RocCurve(List<Point> points) {
  /** Copies the points. */
  public RocCurve {
    points = List.copyOf(points);
  }

  /** The rates at which negatives and positives reach the threshold. */
  public record Point(double falsePositiveRate, double truePositiveRate, double threshold) {}

  /**
   * The curve with at most {@code maxPoints} points. Where there are more, points at about equal
   * distance along the curve (|Δx| + |Δy|) are kept, both ends among them.
   *
   * @param maxPoints at least 2
   */
  public static RocCurve of(Rows rows, int maxPoints) {
    if (maxPoints < 2) {
      throw new IllegalArgumentException("maxPoints is " + maxPoints + "; at least 2 are needed");
    }
    double positives = rows.totalLabel();
    double negatives = rows.totalWeight() - positives;
    if (!(positives > 0 && negatives > 0)) {
      return new RocCurve(List.of());
    }
    int count = distinctScores(rows) + 1;
    int most = Math.min(count, maxPoints);
    List<Point> points = new ArrayList<>(most);
    points.add(new Point(0, 0, Double.POSITIVE_INFINITY));
    int[] order = rows.order();
    double seenPositives = 0;
    double seenNegatives = 0;
    int at = 0;
    while (at < order.length) {
      double score = rows.score(order[at]);
      for (; at < order.length && rows.score(order[at]) == score; at++) {
        double weight = rows.weight(order[at]);
        seenPositives += weight * rows.label(order[at]);
        seenNegatives += weight * (1 - rows.label(order[at]));
      }
      double x = at == order.length ? 1 : Math.min(1, seenNegatives / negatives);
      double y = at == order.length ? 1 : Math.min(1, seenPositives / positives);
      // The curve is 2 long; point i of m is due at 2·i/(m − 1), the last being kept for the end.
      boolean due = points.size() < most - 1 && x + y >= 2.0 * points.size() / (most - 1);
      if (count <= maxPoints || at == order.length || due) {
        points.add(new Point(x, y, score));
      }
    }
    return new RocCurve(points);
  }

  private static int distinctScores(Rows rows) {
    int[] order = rows.order();
    int distinct = 0;
    for (int i = 0; i < order.length; i++) {
      if (i == 0 || rows.score(order[i]) != rows.score(order[i - 1])) {
        distinct++;
      }
    }
    return distinct;
  }
}
