package dev.tandem.source;

import dev.tandem.feature.DataException;
import dev.tandem.parquet.Column;
import dev.tandem.parquet.ColumnType;
import dev.tandem.parquet.Columns;
import dev.tandem.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * AliExpress search logs of one country (Li et al., 2020), in either of two forms: as published,
 * four header-less files {@code nl_user_train.csv} (33 columns) and {@code nl_item_train.csv} (49
 * columns), the same for test, joined on their first column; or {@code train.csv} and {@code
 * test.csv} as the MTReclib recipe writes them. Label 1 is a click, 2 a click with conversion.
 */
public record AliExpress() implements DataSet {
  private static final List<String> SIDES = List.of("train", "test");
  private static final int USER_COLUMNS = 33;
  private static final int ITEM_COLUMNS = 49;
  private static final List<Integer> ITEM_CATEGORIES = List.of(19, 34, 35, 36, 40, 41, 42);
  private static final long SEED = 2022;

  @Override
  public String name() {
    return "aliexpress";
  }

  @Override
  public String title() {
    return "AliExpress searches in NL, ES, FR or US: 16 categories, 63 numbers, clicks and conversions";
  }

  @Override
  public String licence() {
    return "CC BY-NC-SA 4.0 as stated by Tianchi; non-commercial";
  }

  @Override
  public String origin() {
    return "Tianchi, data set 74690";
  }

  @Override
  public List<String> files() {
    return List.of(
        "XX_user_train.csv, XX_item_train.csv, XX_user_test.csv, XX_item_test.csv (XX: nl, es, fr or us)",
        "or train.csv and test.csv, already joined");
  }

  @Override
  public List<Recipe> recipes() {
    return List.of(
        new Recipe(
            "mtreclib", "MTReclib's columns; a tenth of train for validation, test as published"),
        new Recipe(
            "halves", "the same columns; all of train, test halved into validation and test"));
  }

  @Override
  public ImportReport read(Path from, Path out, ImportOptions options, LongConsumer progress) {
    boolean halves = recipe(options).equals("halves");
    String country = country(from);
    try (Import run = new Import(this, out, options, progress);
        Database db = new Database(run.work.resolve("spill"), options.memoryMegabytes())) {
      for (String side : SIDES) {
        if (country.isEmpty()) {
          stageJoined(run, DataSet.file(from, side + ".csv"), side);
        } else {
          stage(
              run,
              DataSet.file(from, country + "_user_" + side + ".csv"),
              "user",
              USER_COLUMNS,
              side);
          stage(
              run,
              DataSet.file(from, country + "_item_" + side + ".csv"),
              "item",
              ITEM_COLUMNS,
              side);
        }
      }
      String select = country.isEmpty() ? "* EXCLUDE (row, share)" : select();
      part(run, db, select, country, "train", "train", halves ? "true" : "share >= 100000");
      part(
          run,
          db,
          select,
          country,
          "validation",
          halves ? "test" : "train",
          halves ? "share < 500000" : "share < 100000");
      part(run, db, select, country, "test", "test", halves ? "share >= 500000" : "true");
      return run.finish(configuration());
    }
  }

  /** The prefix of the published files; empty for the joined form. */
  private static String country(Path from) {
    if (!Files.isDirectory(from)) {
      throw new DataException("there is no directory %s".formatted(from));
    }
    try (Stream<Path> all = Files.list(from)) {
      List<String> found =
          all.map(p -> String.valueOf(p.getFileName()))
              .filter(n -> n.matches("[a-z]+_user_train\\.csv(\\.gz)?"))
              .map(n -> n.substring(0, n.indexOf('_')))
              .distinct()
              .sorted()
              .toList();
      if (found.size() > 1) {
        throw new DataException(
            "%s holds several countries %s; put one into a directory of its own"
                .formatted(from, found));
      }
      return found.isEmpty() ? "" : found.get(0);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(from, e), e);
    }
  }

  private static String staged(Import run, String what, String side) {
    return Database.quoted(run.work.resolve(what + "_" + side + ".parquet"));
  }

  private static void stage(Import run, Path file, String what, int columns, String side) {
    List<Column> schema = new ArrayList<>();
    schema.add(new Column("row", ColumnType.INT64));
    schema.add(new Column("share", ColumnType.INT32));
    schema.add(new Column(what + "_1", ColumnType.INT64));
    for (int i = 2; i <= columns; i++) {
      schema.add(new Column(what + "_" + i, ColumnType.FLOAT32));
    }
    float[] values = new float[columns];
    try (PartFiles part =
        new PartFiles(
            schema,
            ParquetWriter.ROW_GROUP,
            List.of(run.work.resolve(what + "_" + side + ".parquet")))) {
      run.intake.read(
          file,
          0,
          (line, row, to) -> {
            List<String> found = Csv.split(line.text());
            if (found.size() != columns) {
              throw new Malformed("found %d columns, needed %d".formatted(found.size(), columns));
            }
            long key = (long) value(found.get(0), what + "_1");
            for (int i = 1; i < columns; i++) {
              values[i] = (float) value(found.get(i), what + "_" + (i + 1));
            }
            if (what.equals("item")
                && values[columns - 1] != 0
                && values[columns - 1] != 1
                && values[columns - 1] != 2) {
              throw new Malformed(
                  "label: found '%s', allowed 0, 1 and 2".formatted(found.get(columns - 1)));
            }
            to.at(0).putLong(row);
            to.at(1).putInt(Import.share(SEED, row));
            to.at(2).putLong(key);
            for (int i = 1; i < columns; i++) {
              to.at(2 + i).putFloat(values[i]);
            }
            return true;
          },
          row -> 0,
          part);
      part.finish();
    }
  }

  private static double value(String text, String name) throws Malformed {
    try {
      double value = Double.parseDouble(text.trim());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number that is not finite is.
    }
    throw new Malformed("%s: found '%s', needed a number".formatted(name, text));
  }

  private static List<String> categories() {
    return IntStream.rangeClosed(1, 16).mapToObj(i -> "categorical_" + i).toList();
  }

  private static List<String> numbers() {
    return IntStream.rangeClosed(1, 63).mapToObj(i -> "numerical_" + i).toList();
  }

  private static void stageJoined(Import run, Path file, String side) {
    List<String> names = new ArrayList<>(List.of("search_id"));
    names.addAll(categories());
    names.addAll(numbers());
    names.addAll(List.of("click", "conversion"));
    int[] places = Csv.places(file, Csv.header(file), names);
    List<Column> schema = new ArrayList<>();
    schema.add(new Column("row", ColumnType.INT64));
    schema.add(new Column("share", ColumnType.INT32));
    names.forEach(
        n ->
            schema.add(
                new Column(n, n.startsWith("numerical") ? ColumnType.FLOAT32 : ColumnType.INT64)));
    double[] values = new double[places.length];
    try (PartFiles part =
        new PartFiles(
            schema,
            ParquetWriter.ROW_GROUP,
            List.of(run.work.resolve("joined_" + side + ".parquet")))) {
      run.intake.read(
          file,
          1,
          (line, row, to) -> {
            List<String> found = Csv.split(line.text());
            for (int i = 0; i < values.length; i++) {
              if (places[i] >= found.size()) {
                throw new Malformed(
                    "found %d columns, none for %s".formatted(found.size(), names.get(i)));
              }
              values[i] = value(found.get(places[i]), names.get(i));
              if (i >= values.length - 2 && values[i] != 0 && values[i] != 1) {
                throw new Malformed(
                    "%s: found '%s', allowed 0 and 1"
                        .formatted(names.get(i), found.get(places[i])));
              }
            }
            append(row, names, values, to);
            return true;
          },
          row -> 0,
          part);
      part.finish();
    }
  }

  private static void append(long row, List<String> names, double[] values, Columns to) {
    to.at(0).putLong(row);
    to.at(1).putInt(Import.share(SEED, row));
    for (int i = 0; i < values.length; i++) {
      if (names.get(i).startsWith("numerical")) {
        to.at(2 + i).putFloat((float) values[i]);
      } else {
        to.at(2 + i).putLong((long) values[i]);
      }
    }
  }

  /** MTReclib's names for the columns of the published files. */
  private static String select() {
    List<String> categories = new ArrayList<>();
    IntStream.rangeClosed(2, 8).forEach(i -> categories.add("user_" + i));
    IntStream.rangeClosed(32, 33).forEach(i -> categories.add("user_" + i));
    ITEM_CATEGORIES.forEach(i -> categories.add("item_" + i));
    List<String> numbers = new ArrayList<>();
    IntStream.rangeClosed(9, 31).forEach(i -> numbers.add("user_" + i));
    IntStream.rangeClosed(2, 48)
        .filter(i -> !ITEM_CATEGORIES.contains(i))
        .forEach(i -> numbers.add("item_" + i));
    return "user_1 AS search_id, "
        + IntStream.range(0, categories.size())
            .mapToObj(i -> categories.get(i) + "::BIGINT AS categorical_" + (i + 1))
            .collect(Collectors.joining(", "))
        + ", "
        + IntStream.range(0, numbers.size())
            .mapToObj(i -> numbers.get(i) + " AS numerical_" + (i + 1))
            .collect(Collectors.joining(", "))
        + ", (item_49 >= 1)::BIGINT AS click, (item_49 = 2)::BIGINT AS conversion";
  }

  private static void part(
      Import run,
      Database db,
      String select,
      String country,
      String part,
      String side,
      String where) {
    String rows =
        country.isEmpty()
            ? "SELECT %s FROM %s WHERE %s ORDER BY row"
                .formatted(select, staged(run, "joined", side), where)
            : "SELECT %s FROM %s i JOIN %s u ON i.item_1 = u.user_1 WHERE i.%s ORDER BY i.row, u.row"
                .formatted(
                    select,
                    staged(run, "item", side),
                    staged(run, "user", side),
                    where.equals("true") ? "row >= 0" : where);
    run.rows.put(part, db.write(rows, run.out.resolve(part + ".parquet")));
    if (!country.isEmpty()) {
      run.counts.merge(
          "items without their search's user, left out",
          (long)
              db.numbers(
                      "SELECT count(*) FROM %s i ANTI JOIN %s u ON i.item_1 = u.user_1 WHERE i.%s"
                          .formatted(
                              staged(run, "item", side),
                              staged(run, "user", side),
                              where.equals("true") ? "row >= 0" : where))[0],
          Long::sum);
    }
  }

  private static String configuration() {
    return """
        # AliExpress, MTReclib's columns. Conversion is defined on all impressions (CTCVR).
        data:
          train: train.parquet
          validation: validation.parquet
          test: test.parquet
        features:
          dim: 16
          numeric: {"numerical_*": [standardise]}
          ids: {columns: "categorical_*", min_count: 1}
        tasks: [click, conversion]
        group: search_id
        model:
          body: {type: mmoe, experts: 8, expert_units: [256]}
          towers: [64]
        train:
          epochs: 10
          batch: 2048
          optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}
          early_stopping: {metric: auc, patience: 2}
          seed: 1
        """;
  }
}
