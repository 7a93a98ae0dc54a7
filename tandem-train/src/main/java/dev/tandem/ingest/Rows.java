package dev.tandem.ingest;

import java.util.List;

/**
 * The rows of one part: those of a relation that meet a condition.
 *
 * @param part {@code train}, {@code validation} or {@code test}
 * @param table the raw table
 * @param relation a query with the table's columns, the derived ones and {@link Tables#ROW}
 * @param columns its columns
 * @param condition SQL condition, true, false or null
 */
record Rows(
    String part,
    Tables.Table table,
    String relation,
    List<SourceColumn> columns,
    String condition) {
  Rows {
    columns = List.copyOf(columns);
  }

  /** A query over these rows, in their order. */
  String select(String expressions) {
    return "SELECT " + expressions + " FROM (" + relation + ") WHERE " + condition;
  }

  /** The rows of these that also meet {@code more}. */
  Rows and(String more) {
    return new Rows(part, table, relation, columns, "(" + condition + ") AND (" + more + ")");
  }

  /** The rows of these that do not meet {@code other}. */
  Rows without(String other) {
    return new Rows(
        part,
        table,
        relation,
        columns,
        "(" + condition + ") AND NOT coalesce(" + other + ", false)");
  }

  /** The same rows under another part's name. */
  Rows as(String name) {
    return new Rows(name, table, relation, columns, condition);
  }
}
