package dev.tandem.source;

import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Criteo's display advertising challenge (Kaggle, 2014): {@code train.txt}, tab-separated, without
 * a header: a label, 13 integers, 26 hashed categories; anything but the label may be empty, which
 * becomes null.
 */
public record Criteo() implements DataSet {
  private static final int NUMBERS = 13;
  private static final int CATEGORIES = 26;
  private static final int COLUMNS = 1 + NUMBERS + CATEGORIES;
  private static final long SEED = 2023;
  private static final List<String> PARTS = List.of("train", "validation", "test");

  @Override
  public String name() {
    return "criteo";
  }

  @Override
  public String title() {
    return "Criteo display advertising challenge: 45.8 M impressions of 7 days, clicks";
  }

  @Override
  public String licence() {
    return "Criteo's own terms, accepted on download; not for redistribution";
  }

  @Override
  public String origin() {
    return "Kaggle: criteo-display-ad-challenge, or Criteo AI Lab";
  }

  @Override
  public List<String> files() {
    return List.of("train.txt");
  }

  @Override
  public List<Recipe> recipes() {
    return List.of(
        new Recipe("random", "seeded random 80/10/10"),
        new Recipe("time", "80/10/10 in file order, which is time order"));
  }

  @Override
  public ImportReport read(Path from, Path out, ImportOptions options, LongConsumer progress) {
    Path file = DataSet.file(from, "train.txt");
    boolean time = recipe(options).equals("time");
    List<Path> files = PARTS.stream().map(p -> out.resolve(p + ".parquet")).toList();
    try (Import run = new Import(this, out, options, progress)) {
      long lines = time ? count(file) : 0;
      try (PartFiles parts = new PartFiles(schema(), ParquetWriter.ROW_GROUP, files)) {
        run.intake.read(
            file,
            0,
            Criteo::parse,
            row -> part(time ? (double) row / lines : Import.draw(SEED, row)),
            parts);
        parts.finish();
        for (int p = 0; p < PARTS.size(); p++) {
          run.rows.put(PARTS.get(p), parts.rows(p));
        }
      }
      return run.finish(configuration());
    }
  }

  private static long count(Path file) {
    Line line = new Line();
    try (LineFile in = new LineFile(file)) {
      for (boolean more = true; more; ) {
        try {
          more = in.next(line);
        } catch (Malformed e) {
          // Counted as a line now, set aside when the file is read.
        }
      }
      return in.number();
    }
  }

  private static int part(double share) {
    if (share < 0.8) {
      return 0;
    }
    return share < 0.9 ? 1 : 2;
  }

  private static List<Column> schema() {
    List<Column> all = new ArrayList<>();
    all.add(new Column("label", ColumnType.INT8));
    for (int i = 1; i <= NUMBERS; i++) {
      all.add(new Column("I" + i, ColumnType.INT64));
    }
    for (int i = 1; i <= CATEGORIES; i++) {
      all.add(new Column("C" + i, ColumnType.TEXT));
    }
    return all;
  }

  private static boolean parse(Line line, long row, Columns to) throws Malformed {
    int[] bounds = new int[COLUMNS + 2];
    int found = line.split('\t', bounds);
    if (found != COLUMNS) {
      throw new Malformed(
          "found %s columns, needed %d".formatted(found > COLUMNS ? "more" : found, COLUMNS));
    }
    int label = line.bit(bounds[0], bounds[1] - 1, "label");
    long[] numbers = new long[NUMBERS + 1];
    for (int i = 1; i <= NUMBERS; i++) {
      if (bounds[i] < bounds[i + 1] - 1) {
        numbers[i] = line.number(bounds[i], bounds[i + 1] - 1, "I" + i);
      }
    }
    for (int i = 1 + NUMBERS; i < COLUMNS; i++) {
      hash(line, bounds[i], bounds[i + 1] - 1, i - NUMBERS);
    }

    to.at(0).putByte(label);
    for (int i = 1; i < COLUMNS; i++) {
      int end = bounds[i + 1] - 1;
      if (bounds[i] == end) {
        to.at(i).putNull();
      } else if (i <= NUMBERS) {
        to.at(i).putLong(numbers[i]);
      } else {
        to.at(i).putText(line.bytes, bounds[i], end);
      }
    }
    return true;
  }

  private static void hash(Line line, int start, int end, int column) throws Malformed {
    boolean good = end - start == 8 || end == start;
    for (int i = start; i < end; i++) {
      good &= Character.digit(line.bytes[i], 16) >= 0;
    }
    if (!good) {
      throw new Malformed(
          "C%d: found '%s', needed 8 hexadecimal digits".formatted(column, line.text(start, end)));
    }
  }

  private static String configuration() {
    String numbers =
        String.join(
            ", ",
            Stream.iterate(1, i -> i <= NUMBERS, i -> i + 1)
                .map(i -> "I" + i + ": [log2_buckets]")
                .toList());
    return """
        # Criteo display ads: every number as the bucket floor((ln v)^2), rare categories as unknown.
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          dim: 16
          numeric: {%s}
          ids: {columns: "C*", min_count: 10}
        tasks:
          click: {label: label}
        model:
          body: {type: shared_bottom, bottom: [128, 64]}
          towers: [32]
        train:
          epochs: 5
          batch: 4096
          optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}
          early_stopping: {metric: auc, patience: 1}
          seed: 1
        """
        .formatted(numbers);
  }
}
