package dev.tandem.metric;

/** Mean squared error of a regression task, the figure of the PLE paper's tables. */
public record Mse() implements Metric {
  @Override
  public String name() {
    return "mse";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.REGRESSION;
  }

  @Override
  public Measured measure(Rows rows) {
    return Measured.of(SquaredError.mean(rows), rows.count());
  }
}
