package dev.tandem.metric;

/** Root of the mean squared error of a regression task, in the label's unit. */
public record Rmse() implements Metric {
  @Override
  public String name() {
    return "rmse";
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
    return Measured.of(Math.sqrt(SquaredError.mean(rows)), rows.count());
  }
}
