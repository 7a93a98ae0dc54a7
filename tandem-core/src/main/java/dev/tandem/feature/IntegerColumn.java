package dev.tandem.feature;

/** Integers, one per row. The arrays are used as they are, without a copy. */
public final class IntegerColumn implements Column {
  final long[] values;
  final boolean[] nulls;

  /** Wraps the arrays; {@code nulls} may be {@link Column#NO_NULLS}. */
  public IntegerColumn(long[] values, boolean[] nulls) {
    this.values = values;
    this.nulls = nulls;
  }

  @Override
  public ColumnType type() {
    return ColumnType.INTEGER;
  }

  @Override
  public boolean isNull(int i) {
    return nulls.length > 0 && nulls[i];
  }

  /** The values; undefined where null. */
  public long[] values() {
    return values;
  }
}
