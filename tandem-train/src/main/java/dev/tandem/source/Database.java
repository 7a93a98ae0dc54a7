package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB with a memory limit, which spills to a directory beside its results. Not thread-safe. */
final class Database implements AutoCloseable {
  private final Connection connection;
  private final int rowGroup;

  Database(Path spill, int memoryMegabytes) {
    // A row group is held in memory while it is written.
    rowGroup = memoryMegabytes < 1024 ? 8192 : 122_880;
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:");
      run("SET memory_limit = '%dMB'".formatted(memoryMegabytes));
      run("SET temp_directory = %s".formatted(quoted(spill)));
      // Each thread holds buffers of its own: a tight limit leaves room for one only.
      run(
          "SET threads = %d"
              .formatted(memoryMegabytes < 512 ? 1 : Runtime.getRuntime().availableProcessors()));
      run("SET preserve_insertion_order = false");
    } catch (SQLException e) {
      throw new DataException("cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  /** A path as an SQL string. */
  static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** The first row of a query as numbers; null counts as 0. */
  double[] numbers(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      double[] all = new double[result.getMetaData().getColumnCount()];
      for (int i = 0; i < all.length; i++) {
        all[i] = result.getDouble(i + 1);
      }
      return all;
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Writes the rows of a query into a Parquet file, which appears when it is complete. */
  long write(String query, Path file) {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      run(
          "COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE %d)"
              .formatted(query, quoted(partial), rowGroup));
      long rows =
          (long) numbers("SELECT count(*) FROM read_parquet(%s)".formatted(quoted(partial)))[0];
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return rows;
    } catch (IOException e) {
      throw new DataException("cannot write %s: %s".formatted(file, e), e);
    } finally {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        partial.toFile().deleteOnExit();
      }
    }
  }

  private static DataException failed(String sql, SQLException e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new DataException(
        "%s (while running: %.120s…). If memory ran out, raise --memory."
            .formatted(first, sql.replaceAll("\\s+", " ")),
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new DataException("cannot close DuckDB: " + e.getMessage(), e);
    }
  }
}
