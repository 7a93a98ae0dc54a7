package dev.tandem.feature;

import org.jspecify.annotations.Nullable;

/**
 * The values of one raw column in a block of rows, as plain arrays. Not thread-safe while it is
 * being filled.
 *
 * <p>{@code nulls} is empty when no value is null, otherwise one flag per value.
 */
public sealed interface Column permits IntegerColumn, RealColumn, TextColumn, ListColumn {
  /** The type of the values. */
  ColumnType type();

  /** Whether value {@code i} is null. */
  boolean isNull(int i);

  /** Value {@code i} as a row holds it: a Long, a Double, a String or a list of them, or null. */
  @Nullable Object value(int i);

  /** Nothing is null. */
  boolean[] NO_NULLS = {};
}
