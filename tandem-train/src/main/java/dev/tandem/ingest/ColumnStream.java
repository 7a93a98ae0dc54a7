package dev.tandem.ingest;

import dev.tandem.feature.Column;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/** The rows of a query, block by block, as plain arrays. Owned by one thread; close it. */
final class ColumnStream implements AutoCloseable {
  private final String sql;
  private final Statement statement;
  private final ResultSet result;
  private final ArrowReader reader;
  private List<Column> columns = List.of();
  private int rows;

  ColumnStream(Duck duck, String sql, int rowsPerBlock) {
    this.sql = sql;
    Statement opened = null;
    try {
      opened = duck.connection().createStatement();
      statement = opened;
      result = statement.executeQuery(sql);
      reader =
          (ArrowReader)
              result
                  .unwrap(DuckDBResultSet.class)
                  .arrowExportStream(duck.allocator(), rowsPerBlock);
    } catch (SQLException e) {
      closeQuietly(opened);
      throw Duck.failure(sql, e);
    }
  }

  private static void closeQuietly(@Nullable Statement statement) {
    try {
      if (statement != null) {
        statement.close();
      }
    } catch (SQLException e) {
      // the failure that led here is the one to report
    }
  }

  /** Moves to the next block; whether there is one. */
  boolean next() {
    try {
      do {
        if (!reader.loadNextBatch()) {
          return false;
        }
        rows = reader.getVectorSchemaRoot().getRowCount();
      } while (rows == 0);
      List<Column> next = new ArrayList<>();
      for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
        next.add(ArrowColumns.copy(vector, rows));
      }
      columns = next;
      return true;
    } catch (IOException e) {
      SQLException cause = new SQLException(e.getMessage(), e);
      throw Duck.failure(sql, cause);
    }
  }

  /** Number of rows of the current block. */
  int rows() {
    return rows;
  }

  /** The current block's columns; the caller may keep them. */
  List<Column> columns() {
    return columns;
  }

  @Override
  public void close() {
    try (statement;
        result;
        reader) {
      columns = List.of();
    } catch (SQLException | IOException e) {
      throw new DataException("closing a query failed: " + e.getMessage(), e);
    }
  }
}
