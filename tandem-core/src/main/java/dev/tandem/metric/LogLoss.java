package dev.tandem.metric;

/**
 * Mean negative log likelihood, in nats. Probabilities are clipped to [clip, 1 − clip]; a
 * multi-class row counts −ln of its own class's probability, clipped from below.
 *
 * @param clip distance kept from 0 and 1
 */
public record LogLoss(double clip) implements Metric {
  /** Clip 1e-7. */
  public LogLoss() {
    this(1e-7);
  }

  @Override
  public String name() {
    return "logloss";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() != LabelKind.REGRESSION;
  }

  @Override
  public Measured measure(Rows rows) {
    return Measured.of(of(rows), rows.count());
  }

  /** The mean over all rows. */
  public double of(Rows rows) {
    Sum sum = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      sum.add(rows.weight(i) * ofRow(rows, i));
    }
    return sum.value() / rows.totalWeight();
  }

  private double ofRow(Rows rows, int row) {
    if (rows.kind() == LabelKind.MULTICLASS) {
      return -Math.log(clipped(rows.score(row, (int) rows.label(row))));
    }
    double p = clipped(rows.score(row));
    if (rows.label(row) == 1) {
      return -Math.log(p);
    }
    // ln(1 − p) as ln(clip) at the upper end: 1 − (1 − clip) would lose half of clip's digits.
    return p == 1 - clip ? -Math.log(clip) : -Math.log1p(-p);
  }

  private double clipped(double probability) {
    return Math.min(Math.max(probability, clip), 1 - clip);
  }

  /**
   * The mean over rows whose scores are logits: max(z, 0) − y·z + ln(1 + e^−|z|), exact for logits
   * of any size and without clipping.
   */
  public static double fromLogits(Rows rows) {
    Sum sum = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      double z = rows.score(i);
      double loss = Math.max(z, 0) - rows.label(i) * z + Math.log1p(Math.exp(-Math.abs(z)));
      sum.add(rows.weight(i) * loss);
    }
    return sum.value() / rows.totalWeight();
  }
}
