package dev.tandem.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well the true probabilities themselves predict a behaviour's labels on the test part. No
 * model can be expected to do better on enough rows.
 *
 * @param rows rows with an observed label
 * @param rate share of positives among them
 * @param auc area under the ROC curve of the true probabilities; NaN if a class is absent
 * @param logLoss mean log loss of the true probabilities; NaN without rows
 */
public record Attainable(long rows, double rate, double auc, double logLoss) {

  /**
   * Judges the true probabilities.
   *
   * @param within whether only rows whose parent happened count, with the conditional probability
   */
  static Attainable of(List<Outcomes> parts, Behaviour b, boolean within) {
    int k = b.index();
    int above = b.above();
    List<long[]> keys = new ArrayList<>();
    double loss = 0;
    for (Outcomes part : parts) {
      long[] of = new long[part.rows];
      int n = 0;
      for (int i = 0; i < part.rows; i++) {
        byte label = part.labels[k][i];
        if (label >= 0 && (!within || above < 0 || part.labels[above][i] == 1)) {
          float p = within ? part.given[k][i] : part.joint[k][i];
          // Bits of a positive float grow with it, so the key sorts by probability.
          of[n++] = (long) Float.floatToIntBits(p) << 1 | label;
          double clipped = Math.min(Math.max(p, 1e-7), 1 - 1e-7);
          loss -= Math.log(label == 1 ? clipped : 1 - clipped);
        }
      }
      keys.add(Arrays.copyOf(of, n));
    }
    long[] sorted = keys.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return judge(sorted, loss);
  }

  private static Attainable judge(long[] sorted, double loss) {
    int n = sorted.length;
    double positives = 0;
    double rankSum = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      int here = 0;
      while (to < n && sorted[to] >> 1 == sorted[from] >> 1) {
        here += (int) (sorted[to] & 1);
        to++;
      }
      positives += here;
      rankSum += here * ((from + 1 + to) / 2.0);
      from = to;
    }
    double negatives = n - positives;
    double auc = (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
    return new Attainable(n, positives / n, auc, loss / n);
  }
}
