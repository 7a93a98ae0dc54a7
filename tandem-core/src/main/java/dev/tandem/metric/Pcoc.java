package dev.tandem.metric;

/**
 * PCOC, predicted clicks over observed clicks: the sum of probabilities divided by the sum of
 * labels. 1 is calibrated, above 1 too optimistic; undefined without positives.
 */
public record Pcoc() implements Metric {
  @Override
  public String name() {
    return "pcoc";
  }

  @Override
  public Better better() {
    return Better.NEAR_ONE;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.BINARY;
  }

  @Override
  public Measured measure(Rows rows) {
    return Measured.of(of(rows), rows.count());
  }

  /** PCOC of all rows. */
  public static double of(Rows rows) {
    Sum predicted = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      predicted.add(rows.weight(i) * rows.score(i));
    }
    double observed = rows.totalLabel();
    return observed > 0 ? predicted.value() / observed : Double.NaN;
  }
}
