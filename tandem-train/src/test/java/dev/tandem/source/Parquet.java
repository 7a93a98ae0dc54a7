package dev.tandem.source;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Looks into Parquet files with SQL. */
final class Parquet {
  private Parquet() {}

  /** The first column of a query as text; {@code %s} in it is the directory. */
  static List<String> read(Path directory, String sql) {
    List<String> all = new ArrayList<>();
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement();
        ResultSet result = statement.executeQuery(sql.replace("%s", directory.toString()))) {
      while (result.next()) {
        all.add(String.valueOf(result.getString(1)));
      }
      return all;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
