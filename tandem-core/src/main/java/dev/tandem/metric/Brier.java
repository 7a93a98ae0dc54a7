package dev.tandem.metric;

/** Brier score: mean squared distance of the probability from the label. */
public record Brier() implements Metric {
  @Override
  public String name() {
    return "brier";
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
    return Measured.of(SquaredError.mean(rows), rows.count());
  }
}
