package dev.tandem.bench;

import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Ingest;
import dev.tandem.ingest.PreparedData;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Time and memory of joining histories point-in-time: 10 million events of 100,000 users (a few of
 * them with thousands) in no order, three behaviours, to 2 million impressions; per behaviour the
 * last 50 videos with their authors and ages. Arguments: a scratch directory, the engine's memory
 * in MiB, optionally the share of that size.
 */
public final class HistorySpeed {
  private static final String RUN =
      """
      data:
        sources: {log: events.parquet}
        train: impressions.parquet
      features:
        ids: {columns: [user, video, author], min_count: 2}
        sequences:
      %s
      tasks: [click]
      """;

  private static final String SEQUENCE =
      """
          behaviour_%1$d:
            {sequence: video, with: {author: author}, max: 50, time: time,
             events: {source: log, user: user, time: time, where: kind = %1$d}}
      """;

  private HistorySpeed() {}

  /** Generates, prepares, and prints what it took, phase by phase. */
  public static void main(String[] arguments) throws IOException, SQLException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    double share = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 1;
    generate(directory, (long) (share * 10_000_000), (long) (share * 2_000_000));
    String sequences = SEQUENCE.formatted(0) + SEQUENCE.formatted(1) + SEQUENCE.formatted(2);
    Path file = Files.writeString(directory.resolve("run.yaml"), RUN.formatted(sequences));
    LoadedRun run =
        RunReader.ofProcess(ComponentCatalog.all(), Optional.empty()).read(file, List.of());
    Phases phases = new Phases();
    Ingest ingest =
        new Ingest(
            directory.resolve("prepared-" + System.nanoTime()),
            new EngineLimits(2, Integer.parseInt(arguments[1])),
            phases);
    long start = System.nanoTime();
    PreparedData prepared =
        ingest.prepare(run.config().data(), TrainingRun.resolve(run.config(), ingest).schema());
    phases.at("done");
    System.out.printf(
        "%d rows with histories in %.1f s; %s%n",
        prepared.train().rows(), (System.nanoTime() - start) / 1e9, ResidentMemory.peak());
    prepared.notes().forEach(System.out::println);
  }

  private static void generate(Path directory, long events, long impressions) throws SQLException {
    if (Files.exists(directory.resolve("impressions.parquet"))) {
      return;
    }
    String columns =
        "(random() ** 3 * 1000000)::BIGINT AS video, (random() ** 3 * 50000)::BIGINT AS author,"
            + " (random() * 2592000)::BIGINT AS time, (random() ** 2 * 100000)::BIGINT AS user";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SELECT setseed(0.5)");
      statement.execute(
          "COPY (SELECT "
              + columns
              + ", (random() * 3)::INTEGER %% 3 AS kind FROM range(%d)) TO '%s/events.parquet'"
                  .formatted(events, directory));
      statement.execute(
          "COPY (SELECT "
              + columns
              + ", (random() < 0.2)::INTEGER AS click FROM range(%d)) TO '%s/impressions.parquet'"
                  .formatted(impressions, directory));
    }
  }
}
