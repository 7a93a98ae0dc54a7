package dev.tandem.calibration;

import dev.tandem.metric.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Isotonic regression: the rising map that fits best, whatever its form. Rows of one score are one
 * point; pool-adjacent-violators joins points into blocks until the blocks' rates rise (Ayer et
 * al., 1955; Zadrozny and Elkan, KDD 2002). A block's rate stands at its mean score, and between
 * those knots the map is a straight line (centred isotonic regression, Oron and Flournoy, 2017):
 * rows of different scores stay in order instead of being tied, but for those beyond the outermost
 * knots. Rates keep a distance of 1 / (n + 2) from 0 and 1, n being the rows' weight, which could
 * not have shown more.
 *
 * @param x scores of the knots, rising
 * @param y calibrated probabilities of the knots, rising
 */
public record Isotonic(List<Double> x, List<Double> y) implements Calibrator {
  /**
   * Highest rise per relative change of the score. Where a line would be steeper, its knots are
   * pooled: the last digit of the network's probability, in which runtimes differ, must not show.
   */
  private static final double STEEPEST = 20;

  public Isotonic {
    x = List.copyOf(x);
    y = List.copyOf(y);
    if (x.isEmpty() || x.size() != y.size() || !rises(x) || !rises(y)) {
      throw new IllegalArgumentException(
          "knots must be as many scores as probabilities, both rising; found %d and %d"
              .formatted(x.size(), y.size()));
    }
  }

  private static boolean rises(List<Double> values) {
    for (int i = 1; i < values.size(); i++) {
      if (!(values.get(i - 1) < values.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public double apply(double probability) {
    int above = 0;
    int end = x.size();
    while (above < end) {
      int middle = (above + end) >>> 1;
      if (x.get(middle) <= probability) {
        above = middle + 1;
      } else {
        end = middle;
      }
    }
    if (above == 0 || above == x.size()) {
      return y.get(Math.max(0, above - 1));
    }
    double from = x.get(above - 1);
    double share = (probability - from) / (x.get(above) - from);
    return y.get(above - 1) + share * (y.get(above) - y.get(above - 1));
  }

  /**
   * The rising map that fits binary rows best.
   *
   * @throws IllegalArgumentException when the rows weigh nothing
   */
  public static Isotonic fit(Rows rows) {
    Blocks blocks = new Blocks(rows.count());
    int[] order = rows.ascending();
    for (int i = 0; i < order.length; ) {
      double score = rows.score(order[i]);
      double weight = 0;
      double positive = 0;
      for (; i < order.length && rows.score(order[i]) == score; i++) {
        weight += rows.weight(order[i]);
        positive += rows.weight(order[i]) * rows.label(order[i]);
      }
      if (weight > 0) {
        blocks.add(weight, score, positive / weight);
      }
    }
    return blocks.knots();
  }

  /** Blocks by rising score; the last one is pooled with the one before while it has to be. */
  private static final class Blocks {
    private final double[] weight;
    private final double[] score;
    private final double[] rate;
    private int count;

    Blocks(int most) {
      weight = new double[most];
      score = new double[most];
      rate = new double[most];
    }

    void add(double w, double s, double r) {
      weight[count] = w;
      score[count] = s;
      rate[count] = r;
      count++;
      while (count > 1 && violates(count - 2, count - 1)) {
        pool(count - 2, count - 1);
        count--;
      }
    }

    private boolean violates(int a, int b) {
      double rise = rate[b] - rate[a];
      return rise <= 0 || rise * score[b] > STEEPEST * (score[b] - score[a]);
    }

    private void pool(int into, int from) {
      double sum = weight[into] + weight[from];
      double share = weight[from] / sum;
      score[into] += share * (score[from] - score[into]);
      rate[into] += share * (rate[from] - rate[into]);
      weight[into] = sum;
    }

    Isotonic knots() {
      double total = Arrays.stream(weight, 0, count).sum();
      double edge = 1 / (total + 2);
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        double rise = Math.min(Math.max(rate[i], edge), 1 - edge);
        if (y.isEmpty() || y.get(y.size() - 1) < rise) { // light rows may all lie at an edge
          x.add(score[i]);
          y.add(rise);
        }
      }
      return new Isotonic(x, y);
    }
  }
}
