package dev.tandem.metric;

/** Mean absolute error of a regression task, in the label's unit. */
public record Mae() implements Metric {
  @Override
  public String name() {
    return "mae";
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
    Sum sum = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      sum.add(rows.weight(i) * Math.abs(rows.score(i) - rows.label(i)));
    }
    return Measured.of(sum.value() / rows.totalWeight(), rows.count());
  }
}
