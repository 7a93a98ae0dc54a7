package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;

/**
 * Values computed for raw rows, kept beside them until all are written to one file. Owned by the
 * rows' thread; close it.
 */
public final class Scores implements AutoCloseable {
  private final Duck duck;
  private final Rows rows;
  private final List<String> names;
  private final List<String> hidden;
  private final DuckDBAppender appender;
  private boolean finished;

  /** Scores of rows that are written without the columns in {@code hidden}. */
  Scores(Duck duck, Rows rows, List<String> names, List<String> hidden) {
    this.rows = rows;
    this.hidden = List.copyOf(hidden);
    this.names = List.copyOf(names);
    for (String name : names) {
      if (rows.columns().stream().anyMatch(c -> c.name().equalsIgnoreCase(name))) {
        throw new DataException(
            "the data have a column "
                + name
                + " already; predictions cannot be written under that name");
      }
    }
    this.duck = duck.second();
    this.duck.run(
        "CREATE OR REPLACE TABLE tandem_scores ("
            + names.stream().map(n -> Sql.name(n) + " FLOAT").collect(Collectors.joining(", "))
            + ")");
    try {
      appender = this.duck.connection().createAppender("tandem_scores");
    } catch (SQLException e) {
      throw Duck.failure("collect predictions", e);
    }
  }

  /**
   * Appends the values of the next rows.
   *
   * @param values [count · names], row by row
   * @param count number of rows
   */
  public void add(float[] values, int count) {
    try {
      for (int r = 0; r < count; r++) {
        appender.beginRow();
        for (int c = 0; c < names.size(); c++) {
          appender.append(values[r * names.size() + c]);
        }
        appender.endRow();
      }
    } catch (SQLException e) {
      throw Duck.failure("collect predictions", e);
    }
  }

  /**
   * How the engine is told to write a file, by its extension.
   *
   * @throws DataException when it says no known format
   */
  private static String format(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String format = RawRows.FORMATS.get(name.substring(name.lastIndexOf('.') + 1));
    if (format == null) {
      throw new DataException(
          file + ": predictions are written as .parquet, .csv, .tsv, .json, .jsonl or .ndjson");
    }
    return format;
  }

  /**
   * Refuses a file that {@link #write} could not write, before anything is computed for it.
   *
   * @throws DataException when its extension says no known format
   */
  public static void check(Path file) {
    format(file);
  }

  /**
   * Writes the raw columns and the values to a Parquet, CSV or JSON-lines file, by its extension;
   * it appears only when it is complete.
   */
  public void write(Path file) {
    finish();
    String format = format(file);
    Path parent = file.toAbsolutePath().getParent();
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
      duck.run(
          "COPY (SELECT * FROM ("
              + rows.select("* EXCLUDE (" + excluded() + ")")
              + ") POSITIONAL JOIN tandem_scores) TO "
              + Sql.text(partial.toString())
              + " ("
              + format
              + ")");
      Durable.file(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (parent != null) {
        Durable.directory(parent);
      }
    } catch (IOException e) {
      throw new DataException(file + " cannot be written: " + e.getMessage(), e);
    } finally {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        // the file is hidden and of no use; the failure before it is the one to report
      }
    }
  }

  private String excluded() {
    return Stream.concat(Stream.of(Tables.ROW), hidden.stream())
        .map(Sql::name)
        .collect(Collectors.joining(", "));
  }

  private void finish() {
    if (!finished) {
      finished = true;
      try {
        appender.close();
      } catch (SQLException e) {
        throw Duck.failure("collect predictions", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      finish();
    } finally {
      duck.close();
    }
  }
}
