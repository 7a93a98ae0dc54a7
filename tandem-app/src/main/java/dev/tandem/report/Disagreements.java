package dev.tandem.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Where models see the same rows differently in one task.
 *
 * @param mean mean over the rows of the difference between the largest and the smallest prediction
 * @param largest the rows where it is largest, by falling difference
 */
record Disagreements(double mean, List<Comparison.Disagreement> largest) {
  private static final int SHOWN = 10;

  Disagreements {
    largest = List.copyOf(largest);
  }

  /** A row and by how much the models differ there in one output. */
  private record Spread(int row, int output, double size) {}

  /**
   * Looks at every row.
   *
   * @param models at least two, over the same rows
   * @param at position of the task in each
   * @param segments a value per row, or nothing
   */
  static Disagreements of(List<ScoredRows> models, int[] at, List<String> segments) {
    int rows = models.get(0).rows();
    // Of two equal ones the earlier row stays.
    Comparator<Spread> order =
        Comparator.comparingDouble(Spread::size)
            .thenComparing(Comparator.comparingInt(Spread::row).reversed());
    PriorityQueue<Spread> largest = new PriorityQueue<>(order);
    double total = 0;
    for (int row = 0; row < rows; row++) {
      Spread spread = spread(models, at, row);
      total += spread.size();
      largest.add(spread);
      if (largest.size() > SHOWN) {
        largest.poll();
      }
    }
    List<Comparison.Disagreement> shown = new ArrayList<>();
    for (Spread s : largest.stream().sorted(order.reversed()).toList()) {
      List<Double> predictions = new ArrayList<>();
      for (int m = 0; m < at.length; m++) {
        predictions.add(models.get(m).prediction(at[m], s.row(), s.output()));
      }
      shown.add(
          new Comparison.Disagreement(
              s.row(),
              models.get(0).label(at[0], s.row()),
              predictions,
              segments.isEmpty() ? "" : segments.get(s.row())));
    }
    return new Disagreements(rows == 0 ? Double.NaN : total / rows, shown);
  }

  private static Spread spread(List<ScoredRows> models, int[] at, int row) {
    Spread widest = new Spread(row, 0, -1);
    int outputs = models.get(0).tasks().get(at[0]).outputs();
    for (int c = 0; c < outputs; c++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int m = 0; m < at.length; m++) {
        double p = models.get(m).prediction(at[m], row, c);
        low = Math.min(low, p);
        high = Math.max(high, p);
      }
      if (high - low > widest.size()) {
        widest = new Spread(row, c, high - low);
      }
    }
    return widest;
  }
}
