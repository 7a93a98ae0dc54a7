package dev.tandem.ingest;

import dev.tandem.config.Format;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The declared types of a table whose columns have types of their own, in SQL. The texts that mean
 * a missing value fit any type.
 *
 * @param format names at least one type
 */
record DeclaredTypes(Format format) {

  /** Why a row does not fit, by its first such column; null if it does. */
  String reason() {
    String missing = Sql.texts(format.nulls()) + "::VARCHAR[]";
    String cases =
        perColumn(
            " ",
            (name, type) -> {
              String text = Sql.name(name) + "::VARCHAR";
              return "WHEN "
                  + cast(name, type)
                  + " IS NULL AND NOT list_contains("
                  + missing
                  + ", "
                  + text
                  + ") THEN "
                  + Sql.text("column " + name + " is '")
                  + " || "
                  + text
                  + " || "
                  + Sql.text("', not " + type);
            });
    return "(CASE " + cases + " END)";
  }

  /** The rows of a query that fit, their columns in the declared types. */
  String fitting(String select) {
    String casts = perColumn(", ", (name, type) -> cast(name, type) + " AS " + Sql.name(name));
    String fit = "SELECT * FROM (" + select + ") WHERE " + reason() + " IS NULL";
    return "SELECT * REPLACE (" + casts + ") FROM (" + fit + ")";
  }

  private static String cast(String name, String type) {
    return "TRY_CAST(" + Sql.name(name) + " AS " + type + ")";
  }

  private String perColumn(String separator, BiFunction<String, String, String> sql) {
    return format.types().entrySet().stream()
        .map(declared -> sql.apply(declared.getKey(), declared.getValue()))
        .collect(Collectors.joining(separator));
  }
}
