package dev.tandem.ingest;

import dev.tandem.config.Column;
import dev.tandem.config.ColumnProfile;
import dev.tandem.config.DataConfig;
import dev.tandem.config.Part;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.Schema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * From files to encoded parts on disk. Data that were prepared before from the same files with the
 * same settings are reused; otherwise they are prepared in a temporary directory that is renamed
 * when it is complete, so that a killed run or a full disk leaves nothing half-written.
 */
public final class Ingest {
  private static final int FORMAT = 4;

  private final Path cache;
  private final EngineLimits limits;
  private final Progress progress;

  /**
   * An ingest with a directory for prepared data.
   *
   * @param cache created when missing; holds one directory per fingerprint
   * @param limits what the query engine may use
   * @param progress hears how far it has come
   */
  public Ingest(Path cache, EngineLimits limits, Progress progress) {
    this.cache = cache;
    this.limits = limits;
    this.progress = progress;
  }

  /** The columns of the training rows, derived ones included, with their SQL types. */
  public List<Column> columns(DataConfig data) {
    return withEngine(
        (duck, directory) ->
            SourceColumn.all(
                Parts.train(Parts.of(duck, new Tables(duck, directory), data, List.of()))
                    .columns()));
  }

  /**
   * Prepares the parts that the configuration names.
   *
   * @throws DataException when files are missing, empty or disagree, a column or label cannot be
   *     read, too many rows are malformed, a part or a task's labels are empty, or the disk is full
   */
  public PreparedData prepare(DataConfig data, Schema schema) {
    return withEngine(
        (duck, directory) -> {
          String fingerprint = fingerprint(duck, data, schema);
          Path target = cache.resolve(fingerprint.substring(0, 16));
          if (Files.isDirectory(target)) {
            return PreparedFiles.open(target, fingerprint, schema, true);
          }
          Path fresh = Files.createDirectory(directory.resolve("prepared"));
          Preparation preparation = new Preparation(duck, directory, schema, data, progress);
          preparation.run(fresh, fingerprint);
          Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
          Durable.directory(cache);
          return PreparedFiles.open(target, fingerprint, schema, false);
        });
  }

  /** Looks at every column of the training rows, derived ones included. */
  public List<ColumnProfile> profile(DataConfig data) {
    return withEngine((duck, directory) -> Profile.of(duck, new Tables(duck, directory), data));
  }

  /**
   * Looks for what would mislead training: leaks, constant columns, labels that contradict each
   * other, rows in two parts.
   *
   * @throws DataException when the data cannot be read as the configuration says
   */
  public List<Finding> check(DataConfig data, Schema schema) {
    return withEngine(
        (duck, directory) -> {
          Preparation preparation = new Preparation(duck, directory, schema, data, progress);
          preparation.fit();
          List<Finding> findings = new ArrayList<>();
          preparation
              .notes()
              .forEach(n -> findings.add(new Finding(Finding.Severity.NOTE, "histories", n)));
          findings.addAll(Checks.of(duck, schema, preparation.parts()));
          return findings;
        });
  }

  private static String fingerprint(Duck duck, DataConfig data, Schema schema) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint
        .add(FORMAT)
        .add(EncodedFormat.VERSION)
        .add(duck.rows("SELECT version()").get(0).get(0))
        .add(data)
        .add(schema);
    data.sources()
        .forEach(
            (name, source) ->
                SourceFiles.resolve(
                        duck,
                        "source " + name,
                        source.files(),
                        source.format().orElse(data.format()))
                    .files()
                    .forEach(f -> fingerprint.add(Path.of(f))));
    for (Part part :
        Stream.of(data.rows(), data.train(), data.validation(), data.test())
            .flatMap(p -> p.stream())
            .toList()) {
      part.sql().ifPresent(sql -> addFiles(duck, sql, fingerprint));
      part.where().ifPresent(sql -> addFiles(duck, sql, fingerprint));
      if (!part.files().isEmpty()) {
        SourceFiles.resolve(duck, "data", part.files(), part.format().orElse(data.format()))
            .files()
            .forEach(f -> fingerprint.add(Path.of(f)));
      }
    }
    data.derive().values().forEach(sql -> addFiles(duck, sql, fingerprint));
    return fingerprint.hex();
  }

  /** The files that SQL names in its texts, as in {@code read_parquet('users/*.parquet')}. */
  private static void addFiles(Duck duck, String sql, Fingerprint fingerprint) {
    for (String text : Sql.textsIn(sql)) {
      if (text.contains(".") && !text.contains("://")) {
        duck.rows("SELECT file FROM glob(" + Sql.text(text) + ") ORDER BY file")
            .forEach(row -> fingerprint.add(Path.of(row.get(0))));
      }
    }
  }

  /** Work with an engine and a temporary directory, both gone afterwards. */
  @FunctionalInterface
  private interface Work<T> {
    T run(Duck duck, Path directory) throws IOException;
  }

  private <T> T withEngine(Work<T> work) {
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        assert lock.isValid();
        removeLeftovers();
        Path directory = Files.createTempDirectory(cache, ".preparing-");
        try (Duck duck = new Duck(limits, directory.resolve("spill"))) {
          return work.run(duck, directory);
        } finally {
          Durable.delete(directory);
        }
      }
    } catch (IOException e) {
      throw new DataException("data cannot be prepared in " + cache + ": " + e.getMessage(), e);
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.lock();
    } catch (OverlappingFileLockException e) {
      throw new DataException("another thread of this process is preparing data in " + cache, e);
    }
  }

  /** What killed runs left behind; the lock says that no run is using it. */
  private void removeLeftovers() throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (Stream<Path> entries = Files.list(cache)) {
      entries
          .filter(p -> String.valueOf(p.getFileName()).startsWith(".preparing-"))
          .forEach(leftovers::add);
    }
    for (Path leftover : leftovers) {
      Durable.delete(leftover);
    }
  }

  /** Names of the parts and how many rows each has, without encoding them. */
  public Map<String, Long> rowCounts(DataConfig data, Schema schema) {
    return withEngine(
        (duck, directory) -> {
          Map<String, Long> counts = new LinkedHashMap<>();
          Parts.of(duck, new Tables(duck, directory), data, schema.tasks())
              .forEach((name, rows) -> counts.put(name, duck.number(rows.select("count(*)"))));
          return counts;
        });
  }

  /**
   * The preprocessor alone, fitted on the training rows without encoding them: table sizes before
   * anything is spent.
   */
  public Preprocessor fit(DataConfig data, Schema schema) {
    return withEngine(
        (duck, directory) -> new Preparation(duck, directory, schema, data, progress).fit());
  }
}
