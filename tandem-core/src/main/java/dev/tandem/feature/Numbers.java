package dev.tandem.feature;

/** What the encoders of numbers have in common. */
final class Numbers {
  private Numbers() {}

  /** Null, NaN and infinite numbers are missing. */
  static boolean missing(RealColumn column, int i) {
    return column.isNull(i) || !Double.isFinite(column.values[i]);
  }

  /** Reports the rows with NaN or infinite numbers. */
  static void check(InputColumn input, Column column, int rows, Encoder.BadRow bad) {
    RealColumn real = (RealColumn) column;
    for (int r = 0; r < rows; r++) {
      if (!Double.isFinite(real.values[r]) && !real.isNull(r)) {
        bad.accept(r, "column " + input.name() + " is " + real.values[r] + ", not a finite number");
      }
    }
  }

  /** Counts the numbers of a block's column that are NaN or infinite. */
  static void countNotFinite(String name, RealColumn column, Block block, EncodingCounts counts) {
    for (int r = 0; r < block.rows(); r++) {
      if (!Double.isFinite(column.values[r]) && !column.isNull(r)) {
        counts.countMalformed(name, block.firstRow() + r, Double.toString(column.values[r]));
      }
    }
  }

  /** {@code sign(v) · ln(1 + |v|)}. */
  static double log(double value) {
    return Math.signum(value) * StrictMath.log1p(Math.abs(value));
  }

  /**
   * The bucket of the rule {@code floor((ln v)²)} above 2 and the integer part of {@code v}
   * otherwise.
   */
  static long log2Bucket(double value) {
    if (value > 2) {
      double log = StrictMath.log(value);
      return (long) Math.floor(log * log);
    }
    return (long) value;
  }

  /** Standardised and kept within ±{@code clip}; the logarithm first if {@code log}. */
  static float standardise(double value, boolean log, Moments moments, double clip) {
    double z = moments.standardise(log ? log(value) : value);
    return (float) Math.max(-clip, Math.min(clip, z));
  }
}
