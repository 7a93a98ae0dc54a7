package dev.tandem.metric;

/**
 * NE (He et al., ADKDD 2014): log loss divided by the entropy of the rows' base rate. 1 is as good
 * as always predicting the base rate; undefined when a class is absent.
 */
public record NormalizedEntropy() implements Metric {
  @Override
  public String name() {
    return "ne";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.BINARY;
  }

  @Override
  public Measured measure(Rows rows) {
    return Measured.of(of(rows), rows.count());
  }

  /** NE of all rows. */
  public static double of(Rows rows) {
    double rate = rows.totalLabel() / rows.totalWeight();
    if (!(rate > 0 && rate < 1)) {
      return Double.NaN;
    }
    double entropy = -rate * Math.log(rate) - (1 - rate) * Math.log1p(-rate);
    return new LogLoss().of(rows) / entropy;
  }
}
