package dev.tandem.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * The reliability diagram of a binary task: mean predicted against observed rate per bin.
 *
 * @param points the bins that hold any weight, by rising probability
 */
public record CalibrationCurve(List<Point> points) {
  /** Copies the points. */
  public CalibrationCurve {
    points = List.copyOf(points);
  }

  /**
   * One bin.
   *
   * @param bin number of the bin, from 0
   * @param predicted weighted mean of the probabilities
   * @param observed weighted share of positives
   * @param weight total weight
   * @param rows number of rows
   */
  public record Point(int bin, double predicted, double observed, double weight, long rows) {}

  /** The curve of binary rows in {@code bins} bins. */
  public static CalibrationCurve of(Rows rows, int bins, Binning binning) {
    if (bins < 1) {
      throw new IllegalArgumentException("bins is " + bins + "; it must be at least 1");
    }
    Bins sums = new Bins(bins);
    switch (binning) {
      case EQUAL_WIDTH -> {
        for (int i = 0; i < rows.count(); i++) {
          int bin = (int) Math.floor(rows.score(i) * bins);
          sums.add(Math.max(0, Math.min(bin, bins - 1)), rows, i);
        }
      }
      case EQUAL_MASS -> equalMass(rows, bins, sums);
    }
    return new CalibrationCurve(sums.points());
  }

  private static void equalMass(Rows rows, int bins, Bins sums) {
    int[] order = rows.order();
    double total = rows.totalWeight();
    double below = 0;
    int at = order.length - 1;
    while (at >= 0) {
      int from = at;
      double score = rows.score(order[at]);
      double tied = 0;
      for (; at >= 0 && rows.score(order[at]) == score; at--) {
        tied += rows.weight(order[at]);
      }
      int bin = Math.min((int) (bins * ((below + tied / 2) / total)), bins - 1);
      for (int i = from; i > at; i--) {
        sums.add(bin, rows, order[i]);
      }
      below += tied;
    }
  }

  private static final class Bins {
    private final Sum[] weight;
    private final Sum[] predicted;
    private final Sum[] observed;
    private final long[] rows;

    Bins(int bins) {
      weight = sums(bins);
      predicted = sums(bins);
      observed = sums(bins);
      rows = new long[bins];
    }

    private static Sum[] sums(int bins) {
      Sum[] sums = new Sum[bins];
      for (int b = 0; b < bins; b++) {
        sums[b] = new Sum();
      }
      return sums;
    }

    void add(int bin, Rows from, int row) {
      double w = from.weight(row);
      weight[bin].add(w);
      predicted[bin].add(w * from.score(row));
      observed[bin].add(w * from.label(row));
      rows[bin]++;
    }

    List<Point> points() {
      List<Point> points = new ArrayList<>();
      for (int b = 0; b < rows.length; b++) {
        double w = weight[b].value();
        if (w > 0) {
          points.add(new Point(b, predicted[b].value() / w, observed[b].value() / w, w, rows[b]));
        }
      }
      return points;
    }
  }
}
