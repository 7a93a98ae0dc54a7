package dev.tandem.metric;

import java.util.Comparator;

/**
 * Holm's step-down correction for several comparisons: rejecting where the adjusted p-value is at
 * most α keeps the chance of any false rejection at α.
 */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values, in the order given. Undefined (NaN) ones stay undefined and are not counted
   * as comparisons.
   */
  public static double[] adjust(double[] pValues) {
    double[] adjusted = pValues.clone();
    Integer[] rising =
        java.util.stream.IntStream.range(0, pValues.length)
            .boxed()
            .filter(i -> !Double.isNaN(pValues[i]))
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .toArray(Integer[]::new);
    double largest = 0;
    for (int rank = 0; rank < rising.length; rank++) {
      double scaled = (rising.length - rank) * pValues[rising[rank]];
      largest = Math.max(largest, Math.min(1, scaled));
      adjusted[rising[rank]] = largest;
    }
    return adjusted;
  }

  /** Which comparisons are significant at level α. */
  public static boolean[] significant(double[] pValues, double alpha) {
    double[] adjusted = adjust(pValues);
    boolean[] significant = new boolean[adjusted.length];
    for (int i = 0; i < adjusted.length; i++) {
      significant[i] = adjusted[i] <= alpha;
    }
    return significant;
  }
}
