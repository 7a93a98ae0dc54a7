package dev.tandem.parquet;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of rows into one Parquet file, in the order given, with bounded memory. The rows
 * pass an embedded DuckDB in a thread of the writer's own, so writing overlaps with making the next
 * batch. The file appears under its name only when {@link #finish} has returned; closing without
 * finishing leaves nothing. Used by one thread.
 */
public final class ParquetWriter implements AutoCloseable {
  /** A usual number of rows per row group. */
  public static final int ROW_GROUP = 122_880;

  private static final int WAITING_BATCHES = 3;

  private final Path file;
  private final Path partial;
  private final List<Column> schema;
  private final BlockingQueue<Columns> queue = new ArrayBlockingQueue<>(WAITING_BATCHES);
  private final Thread copier;
  private volatile @Nullable Throwable failure;
  private boolean ended;

  /** Rows as they come: every column under its own name. */
  public ParquetWriter(Path file, List<Column> schema) {
    this(file, schema, "*", ROW_GROUP);
  }

  /**
   * A file whose columns are computed from the batches' columns.
   *
   * @param file the Parquet file to make; its directory exists
   * @param schema columns of the batches
   * @param select SQL select list over them
   * @param rowGroup rows that are held in memory, then written together; fewer where rows are wide
   */
  public ParquetWriter(Path file, List<Column> schema, String select, int rowGroup) {
    this.file = file;
    this.partial = file.resolveSibling("." + file.getFileName() + ".partial");
    this.schema = List.copyOf(schema);
    String sql =
        "COPY (SELECT %s FROM batches) TO '%s' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE %d)"
            .formatted(select, partial.toString().replace("'", "''"), rowGroup);
    this.copier = new Thread(() -> copy(sql), "parquet " + file.getFileName());
    this.copier.setDaemon(true);
    this.copier.start();
  }

  private void copy(String sql) {
    try (RootAllocator allocator = new RootAllocator();
        ArrowBatches reader = new ArrowBatches(allocator, schema, queue);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        DuckDBConnection db =
            DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        Statement statement = db.createStatement()) {
      Data.exportArrayStream(allocator, reader, stream);
      db.registerArrowStream("batches", stream);
      statement.execute(sql);
    } catch (SQLException | RuntimeException | IOException | LinkageError e) {
      failure = e;
    }
  }

  /** Adds rows. Waits while the file lags behind by a few batches. */
  public void write(Columns batch) {
    if (batch.rows() > 0) {
      hand(batch);
    }
  }

  private void hand(Columns batch) {
    try {
      boolean taken = false;
      while (!taken) {
        if (failure != null) {
          throw broken(failure);
        }
        taken = queue.offer(batch, 100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("writing " + file + " was interrupted", e);
    }
  }

  /** Waits until every row is on disk and gives the file its name. */
  public void finish() {
    end();
    if (failure != null) {
      throw broken(failure);
    }
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      Columns last = new Columns(schema, 0);
      while (copier.isAlive() && !queue.offer(last, 100, TimeUnit.MILLISECONDS)) {
        // The copier is busy with what came before.
      }
      copier.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("writing " + file + " was interrupted", e);
    }
  }

  private DataException broken(Throwable cause) {
    return new DataException(
        "cannot write %s: %s. Check that the directory is writable and the disk has room."
            .formatted(file, firstLine(cause)),
        cause);
  }

  private static String firstLine(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }

  /** Ends the writer; without a {@link #finish} before, the rows are dropped. */
  @Override
  public void close() {
    end();
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw broken(e);
    }
  }
}
