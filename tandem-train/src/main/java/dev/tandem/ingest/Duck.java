package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;

/**
 * One in-memory DuckDB with bounded threads and memory, spilling to a directory. Owned by one
 * thread; close it.
 */
final class Duck implements AutoCloseable {
  private final Connection connection;
  private final BufferAllocator allocator = new RootAllocator();
  private final EngineLimits limits;

  Duck(EngineLimits limits, Path spill) {
    this.limits = limits;
    Properties properties = new Properties();
    properties.setProperty("threads", Integer.toString(limits.threads()));
    properties.setProperty("memory_limit", limits.memoryMegabytes() + "MiB");
    properties.setProperty("temp_directory", spill.toString());
    properties.setProperty("preserve_insertion_order", "true");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("jdbc_stream_results", "true");
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:", properties);
      run("SET TimeZone = 'UTC'");
      run("SET enable_progress_bar = false");
    } catch (SQLException e) {
      throw failure("open the query engine", e);
    }
  }

  private Duck(EngineLimits limits, Connection connection) {
    this.limits = limits;
    this.connection = connection;
  }

  /**
   * Another connection to the same data, for use while a stream of this one is open; close it
   * first.
   */
  Duck second() {
    try {
      return new Duck(limits, connection().duplicate());
    } catch (SQLException e) {
      throw failure("open the query engine again", e);
    }
  }

  EngineLimits limits() {
    return limits;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  DuckDBConnection connection() {
    return (DuckDBConnection) connection;
  }

  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failure(sql, e);
    }
  }

  /** All rows of a small result, each value as text, null as null. */
  List<Cells> rows(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      List<Cells> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>(columns);
        List<Boolean> nulls = new ArrayList<>(columns);
        for (int c = 1; c <= columns; c++) {
          String value = result.getString(c);
          nulls.add(value == null);
          row.add(value == null ? "" : value);
        }
        rows.add(new Cells(row, nulls));
      }
      return rows;
    } catch (SQLException e) {
      explain(sql, e);
      throw failure(sql, e);
    }
  }

  /** A result that breaks while it is fetched does not say why; kept as a table it does. */
  private void explain(String sql, SQLException e) {
    if (String.valueOf(e.getMessage()).contains("Invalid result set")) {
      run("CREATE TEMP TABLE tandem_broken AS " + sql);
    }
  }

  /** The only value of a result, as a whole number; 0 for null. */
  long number(String sql) {
    Cells row = rows(sql).get(0);
    return row.isNull(0) ? 0 : Long.parseLong(row.get(0));
  }

  /** Columns and SQL types of a query's result. */
  List<SourceColumn> describe(String query) {
    return rows("DESCRIBE " + query).stream()
        .map(r -> new SourceColumn(r.get(0), r.get(1)))
        .toList();
  }

  /** The rows of a query as blocks of plain columns, in the query's order. */
  ColumnStream stream(String sql, int rowsPerBlock) {
    return new ColumnStream(this, sql, rowsPerBlock);
  }

  /** The engine's message without its prefix, stack and statement. */
  static DataException failure(String sql, SQLException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left")
        || message.contains("Could not write")
        || message.contains("disk")) {
      return new DataException(
          "the disk is full or not writable while preparing data: " + firstLine(message), e);
    }
    if (message.startsWith("Out of Memory")) {
      return new DataException(
          "preparing data needs more memory than it may use: "
              + firstLine(message)
              + "; raise the memory limit",
          e);
    }
    return new DataException(message.strip() + "\nin: " + sql, e);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure("close the query engine", e);
    } finally {
      allocator.close();
    }
  }

  /** One row of a small result. */
  record Cells(List<String> values, List<Boolean> nulls) {
    String get(int column) {
      return values.get(column);
    }

    boolean isNull(int column) {
      return nulls.get(column);
    }

    long number(int column) {
      return Long.parseLong(values.get(column));
    }
  }
}
