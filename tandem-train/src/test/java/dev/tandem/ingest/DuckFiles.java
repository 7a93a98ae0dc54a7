package dev.tandem.ingest;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Writes the files that the tests read. */
final class DuckFiles {
  private DuckFiles() {}

  /** Writes a query's rows; options as in SQL's COPY, such as {@code FORMAT csv, HEADER}. */
  static Path write(Path file, String query, String options) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("COPY (" + query + ") TO '" + file + "' (" + options + ")");
      return file;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The logs of a small shop: 2,000 rows with numbers, texts, lists, nulls. */
  static final String SHOP =
      "SELECT i AS id, (i * 7919) % 500 AS user, 'city ' || (i % 37) AS city,"
          + " CASE WHEN i % 11 = 0 THEN NULL ELSE (i * 31) % 1000 / 8.0 END AS price,"
          + " CASE WHEN i % 5 = 0 THEN NULL ELSE 't' || (i % 7) || ', t' || (i % 3) END AS tags,"
          + " DATE '2024-01-01' + (i // 100)::INTEGER AS day,"
          + " (i % 3 = 0)::INTEGER AS click, CASE WHEN i % 13 = 0 THEN NULL ELSE (i % 6 = 0)::INTEGER END AS buy"
          + " FROM range(2000) r(i)";
}
