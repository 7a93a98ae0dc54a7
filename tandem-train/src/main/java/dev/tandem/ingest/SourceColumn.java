package dev.tandem.ingest;

import dev.tandem.config.Column;
import dev.tandem.feature.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A column of the raw data.
 *
 * @param name its name
 * @param sqlType its SQL type, as DuckDB spells it
 */
record SourceColumn(String name, String sqlType) {
  private static final Set<String> INTEGERS =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER");

  /** The columns as the configuration speaks of them. */
  static List<Column> all(List<SourceColumn> columns) {
    return columns.stream().map(c -> new Column(c.name(), c.sqlType())).toList();
  }

  /**
   * The type in which encoders see it by nature; empty for structures, maps and blobs, which no
   * feature reads.
   */
  public Optional<ColumnType> natural() {
    return natural(sqlType.toUpperCase(Locale.ROOT));
  }

  private static Optional<ColumnType> natural(String type) {
    if (type.endsWith("]")) {
      return natural(type.substring(0, type.lastIndexOf('[')))
          .filter(t -> !t.list())
          .map(ColumnType::asList);
    } else if (INTEGERS.contains(type)) {
      return Optional.of(ColumnType.INTEGER);
    } else if (type.equals("FLOAT") || type.equals("DOUBLE") || type.startsWith("DECIMAL")) {
      return Optional.of(ColumnType.REAL);
    } else if (type.startsWith("STRUCT")
        || type.startsWith("MAP")
        || type.startsWith("UNION")
        || type.equals("BLOB")) {
      return Optional.empty();
    }
    return Optional.of(ColumnType.TEXT);
  }

  /** Whether it holds numbers. */
  public boolean numeric() {
    return natural().filter(t -> t == ColumnType.INTEGER || t == ColumnType.REAL).isPresent()
        || sqlType.equals("UBIGINT")
        || sqlType.equals("HUGEINT");
  }

  /** Whether it holds dates or times, or lists of them. */
  boolean temporal() {
    return sqlType.startsWith("TIMESTAMP") || sqlType.startsWith("DATE");
  }

  /**
   * An SQL expression that reads it as {@code type}, times as seconds since 1970; what cannot be
   * read so is null.
   */
  String as(ColumnType type) {
    return as(Sql.name(name), type);
  }

  /**
   * An SQL expression for the text of what {@link #as(ColumnType)} makes null though it is a value;
   * empty when there is no such value.
   */
  Optional<String> unreadable(ColumnType type) {
    boolean fraction = type == ColumnType.INTEGER && isNaturally(ColumnType.REAL);
    boolean time = temporal() && (type == ColumnType.REAL || type == ColumnType.REALS);
    if (time || (safe(type) && !fraction)) {
      return Optional.empty();
    }
    String value = Sql.name(name);
    return Optional.of(
        "CASE WHEN %1$s IS NOT NULL AND (%2$s) IS NULL THEN CAST(%1$s AS VARCHAR) END"
            .formatted(value, as(type)));
  }

  private boolean isNaturally(ColumnType type) {
    return natural().filter(t -> t == type).isPresent();
  }

  private boolean safe(ColumnType type) {
    return type == ColumnType.TEXT
        || isNaturally(type)
        || (isNaturally(ColumnType.INTEGER) && type == ColumnType.REAL);
  }

  /** The same for another expression of this column's SQL type. */
  String as(String expression, ColumnType type) {
    String target =
        switch (type) {
          case INTEGER -> "BIGINT";
          case REAL -> "DOUBLE";
          case TEXT -> "VARCHAR";
          case INTEGERS -> "BIGINT[]";
          case REALS -> "DOUBLE[]";
          case TEXTS -> "VARCHAR[]";
        };
    if (type == ColumnType.INTEGER && isNaturally(ColumnType.REAL)) {
      return "CASE WHEN "
          + expression
          + " = floor("
          + expression
          + ") THEN TRY_CAST("
          + expression
          + " AS BIGINT) END";
    }
    if (temporal() && type == ColumnType.REAL) {
      return "epoch(" + expression + ")";
    } else if (temporal() && type == ColumnType.REALS) {
      return "list_transform(" + expression + ", lambda t: epoch(t))";
    }
    return (safe(type) ? "CAST(" : "TRY_CAST(") + expression + " AS " + target + ")";
  }
}
