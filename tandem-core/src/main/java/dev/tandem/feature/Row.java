package dev.tandem.feature;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One raw row: column name to value. Values are numbers, strings, booleans, times of {@code
 * java.time} (seconds since 1970, where a number is read), or lists or arrays of them; anything
 * else counts as its {@code toString}.
 */
@FunctionalInterface
public interface Row {
  /** The value of {@code column}; null when it is null or the row has no such column. */
  @Nullable Object value(String column);

  /** Whether the row has the column at all, null or not. */
  default boolean has(String column) {
    return value(column) != null;
  }

  /** A view of a map. */
  static Row of(Map<String, ? extends @Nullable Object> values) {
    return new Row() {
      @Override
      public @Nullable Object value(String column) {
        return values.get(column);
      }

      @Override
      public boolean has(String column) {
        return values.containsKey(column);
      }
    };
  }
}
