package dev.tandem.metric;

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties
 * counting half; with weights, pairs count by the product of their weights. Undefined (NaN, never
 * one half) when a class is absent. Exact for up to 2^26 rows: all pair counts stay below 2^53.
 */
public record Auc() implements Metric {
  @Override
  public String name() {
    return "auc";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.BINARY;
  }

  @Override
  public Measured measure(Rows rows) {
    return Measured.of(of(rows), rows.count());
  }

  /** AUC of all rows. */
  public static double of(Rows rows) {
    return of(rows, rows.order(), 0, rows.count());
  }

  /** AUC of the rows {@code order[from] … order[to - 1]}, which are given by falling score. */
  static double of(Rows rows, int[] order, int from, int to) {
    double positives = 0;
    double negatives = 0;
    double pairs = 0;
    int at = from;
    while (at < to) {
      double score = rows.score(order[at]);
      double tiedPositives = 0;
      double tiedNegatives = 0;
      for (; at < to && rows.score(order[at]) == score; at++) {
        double weight = rows.weight(order[at]);
        if (rows.label(order[at]) == 1) {
          tiedPositives += weight;
        } else {
          tiedNegatives += weight;
        }
      }
      pairs += tiedNegatives * (positives + tiedPositives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return positives > 0 && negatives > 0 ? pairs / (positives * negatives) : Double.NaN;
  }
}
