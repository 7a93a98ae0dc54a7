package dev.tandem.config;

import java.util.Collection;
import java.util.Locale;

/**
 * A column of the source.
 *
 * @param name its name
 * @param sqlType its SQL type as DuckDB prints it: {@code BIGINT}, {@code VARCHAR}, {@code
 *     DECIMAL(18,3)}, {@code FLOAT[]}
 */
public record Column(String name, String sqlType) {
  /**
   * What to do about columns that only their numbers name, as those of delimited text without a
   * header; empty where columns have names.
   */
  public static String unnamed(Collection<String> names) {
    return !names.isEmpty() && names.stream().allMatch(name -> name.matches("column[0-9]+"))
        ? "; the first line does not name them: give their names as data.format: {columns: […]}"
        : "";
  }

  /** Whether the column holds lists. */
  public boolean isList() {
    return sqlType.endsWith("]");
  }

  /** Whether the column holds single numbers. */
  public boolean isNumber() {
    return isFraction() || (!isList() && (isInteger() || type().equals("BOOLEAN")));
  }

  /** Whether the column holds single numbers that may have a fraction. */
  public boolean isFraction() {
    String type = type();
    return !isList()
        && (type.equals("DOUBLE")
            || type.equals("FLOAT")
            || type.equals("REAL")
            || type.startsWith("DECIMAL"));
  }

  /** Whether the column holds points in time or durations. */
  public boolean isTime() {
    String type = type();
    return !isList() && (type.startsWith("TIME") || type.equals("DATE") || type.equals("INTERVAL"));
  }

  /** Whether the column holds something that is not one value: a struct, a map, bytes. */
  public boolean isCompound() {
    String type = type();
    return type.startsWith("STRUCT")
        || type.startsWith("MAP")
        || type.startsWith("UNION")
        || type.equals("BLOB");
  }

  private boolean isInteger() {
    return type().endsWith("INT")
        || type().equals("INTEGER")
        || type().equals("UINTEGER")
        || type().equals("BIGNUM");
  }

  private String type() {
    return sqlType.toUpperCase(Locale.ROOT);
  }
}
