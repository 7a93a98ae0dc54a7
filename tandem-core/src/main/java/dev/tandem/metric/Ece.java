package dev.tandem.metric;

/**
 * Expected calibration error: the mean over bins, weighted by their rows, of the distance between
 * mean probability and observed rate (Naeini et al., AAAI 2015).
 *
 * @param bins number of bins
 * @param binning how rows are binned
 */
public record Ece(int bins, Binning binning) implements Metric {
  /** Ten bins of equal width. */
  public Ece() {
    this(10, Binning.EQUAL_WIDTH);
  }

  @Override
  public String name() {
    return "ece";
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

  /** ECE of all rows; NaN without weight. */
  public double of(Rows rows) {
    Sum sum = new Sum();
    for (CalibrationCurve.Point p : CalibrationCurve.of(rows, bins, binning).points()) {
      sum.add(p.weight() * Math.abs(p.predicted() - p.observed()));
    }
    return sum.value() / rows.totalWeight();
  }
}
