package dev.tandem.feature;

import org.jspecify.annotations.Nullable;

/** Numbers, one per row. The arrays are used as they are, without a copy. */
public final class RealColumn implements Column {
  final double[] values;
  final boolean[] nulls;

  /** Wraps the arrays; {@code nulls} may be {@link Column#NO_NULLS}. */
  public RealColumn(double[] values, boolean[] nulls) {
    this.values = values;
    this.nulls = nulls;
  }

  @Override
  public ColumnType type() {
    return ColumnType.REAL;
  }

  @Override
  public boolean isNull(int i) {
    return nulls.length > 0 && nulls[i];
  }

  @Override
  public @Nullable Object value(int i) {
    return isNull(i) ? null : (Object) values[i];
  }

  /** The values; undefined where null. */
  public double[] values() {
    return values;
  }
}
