package dev.tandem.metric;

/**
 * Coefficient of determination: 1 − squared error / squared distance of the labels from their mean.
 * Undefined when all labels are equal.
 */
public record RSquared() implements Metric {
  @Override
  public String name() {
    return "r2";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.REGRESSION;
  }

  @Override
  public Measured measure(Rows rows) {
    double mean = rows.totalLabel() / rows.totalWeight();
    Sum spread = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      double distance = rows.label(i) - mean;
      spread.add(rows.weight(i) * distance * distance);
    }
    double total = spread.value();
    double value = total > 0 ? 1 - SquaredError.sum(rows) / total : Double.NaN;
    return Measured.of(value, rows.count());
  }
}
