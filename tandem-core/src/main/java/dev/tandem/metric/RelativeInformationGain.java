package dev.tandem.metric;

/** RIG: one minus {@link NormalizedEntropy}, the share of the base rate's entropy explained. */
public record RelativeInformationGain() implements Metric {
  @Override
  public String name() {
    return "rig";
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
    return Measured.of(1 - NormalizedEntropy.of(rows), rows.count());
  }
}
