package dev.tandem.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * How the scores of a binary task are distributed, by label.
 *
 * @param low lower edge of the first bin
 * @param high upper edge of the last bin
 * @param bins from low to high, all of one width
 */
public record ScoreHistogram(double low, double high, List<Bin> bins) {
  /** Copies the bins. */
  public ScoreHistogram {
    bins = List.copyOf(bins);
  }

  /** Weight of the positives and of the negatives in a bin. */
  public record Bin(double positives, double negatives) {}

  /**
   * Counts into bins of equal width; scores outside the edges count in the nearest bin.
   *
   * @param bins at least 1
   */
  public static ScoreHistogram of(Rows rows, int bins, double low, double high) {
    if (bins < 1 || !(low < high)) {
      throw new IllegalArgumentException(
          "a histogram needs a bin and low < high; found " + bins + ", " + low + ", " + high);
    }
    double[] positives = new double[bins];
    double[] negatives = new double[bins];
    for (int i = 0; i < rows.count(); i++) {
      int bin = (int) Math.floor((rows.score(i) - low) / (high - low) * bins);
      int kept = Math.max(0, Math.min(bin, bins - 1));
      double[] side = rows.label(i) == 1 ? positives : negatives;
      side[kept] += rows.weight(i);
    }
    List<Bin> counted = new ArrayList<>(bins);
    for (int b = 0; b < bins; b++) {
      counted.add(new Bin(positives[b], negatives[b]));
    }
    return new ScoreHistogram(low, high, counted);
  }
}
