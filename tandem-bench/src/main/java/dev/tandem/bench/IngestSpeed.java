package dev.tandem.bench;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Part;
import dev.tandem.config.Rejects;
import dev.tandem.feature.Batch;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Ingest;
import dev.tandem.ingest.PreparedData;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Rows per second and memory of preparing Parquet files of 40 mixed columns (13 texts and 13
 * integers as ids, 12 numbers, each standardised and in 50 quantile buckets, 2 labels), and of
 * reading the result in shuffled batches. Arguments: millions of rows, a scratch directory, the
 * engine's memory in MiB.
 */
public final class IngestSpeed {
  private static final int ROWS_PER_FILE = 2_000_000;
  private static final int BATCH = 4096;

  private IngestSpeed() {}

  /** Generates, prepares, reads, and prints what it took. */
  public static void main(String[] arguments) throws IOException, SQLException {
    long rows = Long.parseLong(arguments[0]) * 1_000_000;
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    List<String> files = new ArrayList<>();
    for (int i = 0; i * (long) ROWS_PER_FILE < rows; i++) {
      files.add(file(directory, i).toString());
    }
    Phases phases = new Phases();
    Ingest ingest =
        new Ingest(
            directory.resolve("prepared-" + System.nanoTime()),
            new EngineLimits(2, Integer.parseInt(arguments[2])),
            phases);
    if (files.size() > 1) {
      prepare(ingest, files.subList(0, 1), phases);
    }
    PreparedData prepared = prepare(ingest, files, phases);
    read(prepared);
  }

  /** Files that are prepared alone first show what a process that has just begun takes. */
  private static PreparedData prepare(Ingest ingest, List<String> files, Phases phases)
      throws IOException {
    long start = System.nanoTime();
    PreparedData prepared = ingest.prepare(data(files), schema());
    double seconds = (System.nanoTime() - start) / 1e9;
    phases.at("done");
    System.out.printf(
        "prepared %d rows in %.1f s: %.0f rows/s; %s%n",
        prepared.train().rows(), seconds, prepared.train().rows() / seconds, ResidentMemory.peak());
    return prepared;
  }

  private static void read(PreparedData prepared) {
    SplittableRandom random = new SplittableRandom(1);
    long[] order = random.longs(1 << 20, 0, prepared.train().rows()).toArray();
    Batch batch = prepared.preprocessor().newBatch();
    for (int pass = 0; pass < 5; pass++) {
      long start = System.nanoTime();
      for (int from = 0; from < order.length; from += BATCH) {
        prepared.train().read(order, from, BATCH, batch);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("read %.0f rows/s in shuffled batches%n", order.length / seconds);
    }
  }

  private static Path file(Path directory, int number) throws IOException, SQLException {
    Path file = directory.resolve("rows-" + number + ".parquet");
    if (Files.exists(file)) {
      return file;
    }
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < 13; i++) {
      columns.append(
          "'v' || (random() ** 4 * %d)::BIGINT AS s%d, "
              .formatted((long) Math.pow(10, 1 + i * 0.5), i));
      columns.append(
          "(random() ** 3 * %d)::BIGINT AS k%d, ".formatted((long) Math.pow(10, 1 + i * 0.5), i));
    }
    for (int i = 0; i < 7; i++) {
      columns.append("random() * 100 AS x%d, ".formatted(i));
    }
    for (int i = 0; i < 5; i++) {
      columns.append("exp(random() * 8)::INTEGER AS n%d, ".formatted(i));
    }
    columns.append("(random() < 0.2)::INTEGER AS click, (random() < 0.05)::INTEGER AS buy");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SELECT setseed(" + (number + 1) / 1000.0 + ")");
      statement.execute(
          "COPY (SELECT "
              + columns
              + " FROM range("
              + ROWS_PER_FILE
              + ")) TO '"
              + file
              + "' (FORMAT parquet)");
    }
    return file;
  }

  private static Schema schema() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      for (String name : List.of("s" + i, "k" + i)) {
        features.add(new IdFeature(name, name, new Table(name, 16, 2, 0), Side.UNKNOWN));
      }
    }
    for (String name :
        List.of("x0", "x1", "x2", "x3", "x4", "x5", "x6", "n0", "n1", "n2", "n3", "n4")) {
      List<NumericEncoding> encodings =
          List.of(
              new NumericEncoding.Standardise(10),
              new NumericEncoding.QuantileBuckets(50, Table.whole(name + ".bucket", 8)));
      features.add(new NumericFeature(name, name, encodings, Side.UNKNOWN));
    }
    return new Schema(
        features,
        List.of(Task.binary("click", "click"), Task.binary("buy", "buy")),
        Optional.empty(),
        Optional.empty());
  }

  private static DataConfig data(List<String> files) {
    Format format =
        new Format(
            Format.Type.PARQUET,
            Format.Compression.AUTO,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            "\"",
            "\"",
            List.of(""),
            Map.of());
    Part train =
        new Part(
            files,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    return new DataConfig(
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(train),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        format,
        new Rejects(100, 0.001));
  }
}
