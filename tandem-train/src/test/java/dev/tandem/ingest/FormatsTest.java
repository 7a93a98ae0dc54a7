package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.config.DataConfig;
import dev.tandem.config.Format;
import dev.tandem.config.Rejects;
import dev.tandem.config.Source;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatsTest {
  @TempDir private Path directory;

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Configs.id("user", 1),
              Configs.id("city", 1),
              Configs.number("price"),
              new MultiIdFeature(
                  "tags",
                  "tags",
                  Optional.of(","),
                  Optional.empty(),
                  Pooling.MEAN,
                  0,
                  Table.whole("tags", 4),
                  Side.ITEM)),
          List.of(
              Task.binary("click", "click"),
              new Task("buy", TaskKind.BINARY, "buy", Optional.of("click"), 1, 1, 1)),
          Optional.of("user"),
          Optional.empty());

  private PreparedData prepare(DataConfig data) {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .prepare(data, SCHEMA);
  }

  private PreparedData prepare(String name, String options) {
    Path file = DuckFiles.write(directory.resolve(name), DuckFiles.SHOP, options);
    return prepare(Configs.data(Configs.files(file)));
  }

  /** All of the encoded rows as text, so that a difference is seen where it is. */
  static String text(PreparedData prepared) {
    EncodedData data = prepared.train();
    Batch b = prepared.preprocessor().newBatch();
    int rows = (int) data.rows();
    data.read(LongStream.range(0, rows).toArray(), 0, rows, b);
    StringBuilder text = new StringBuilder();
    int n = data.layout().numbers().size();
    int tasks = prepared.preprocessor().tasks().size();
    for (int r = 0; r < rows; r++) {
      text.append(r).append(": ");
      for (int f = 0; f < data.layout().fields().size(); f++) {
        if (data.layout().fields().get(f).pooling() == Pooling.NONE) {
          text.append(b.ids(f)[r]).append(' ');
        } else {
          text.append(
              Arrays.toString(Arrays.copyOfRange(b.ids(f), b.offsets(f)[r], b.offsets(f)[r + 1])));
        }
      }
      text.append(Arrays.toString(Arrays.copyOfRange(b.numbers(), r * n, r * n + n)));
      text.append(Arrays.toString(Arrays.copyOfRange(b.labels(), r * tasks, (r + 1) * tasks)));
      text.append(Arrays.toString(Arrays.copyOfRange(b.states(), r * tasks, (r + 1) * tasks)));
      text.append(b.groups()[r]).append('\n');
    }
    return text.toString();
  }

  @Test
  void everyFormatGivesTheSameRows() {
    PreparedData parquet = prepare("a.parquet", "FORMAT parquet, ROW_GROUP_SIZE 500");
    String expected = text(parquet);
    assertThat(parquet.train().rows()).isEqualTo(2000);
    assertThat(expected.lines().skip(1).findFirst().orElseThrow()).contains("[0.0, 0.0][0, 2]");
    assertThat(text(prepare("a.csv", "FORMAT csv, HEADER"))).isEqualTo(expected);
    assertThat(
            text(prepare("b.csv", "FORMAT csv, HEADER, DELIMITER ';', FORCE_QUOTE (city, tags)")))
        .isEqualTo(expected);
    assertThat(text(prepare("a.tsv", "FORMAT csv, HEADER, DELIMITER '\t'"))).isEqualTo(expected);
    assertThat(text(prepare("a.csv.gz", "FORMAT csv, HEADER, COMPRESSION gzip")))
        .isEqualTo(expected);
    assertThat(text(prepare("a.csv.zst", "FORMAT csv, HEADER, COMPRESSION zstd")))
        .isEqualTo(expected);
    assertThat(text(prepare("a.jsonl", "FORMAT json"))).isEqualTo(expected);
    assertThat(text(prepare("a.jsonl.gz", "FORMAT json, COMPRESSION gzip"))).isEqualTo(expected);
  }

  @Test
  void linesMayEndInDifferentWays() throws IOException {
    for (String name : List.of("a.csv", "a.csv.gz", "a.jsonl")) {
      boolean json = name.contains("json");
      Path plain = directory.resolve(json ? "plain.jsonl" : "plain.csv");
      DuckFiles.write(plain, DuckFiles.SHOP, json ? "FORMAT json" : "FORMAT csv, HEADER");
      List<String> lines = Files.readAllLines(plain);
      lines.add(1000, json ? "{no" : "u1,");
      StringBuilder mixed = new StringBuilder();
      for (int i = 0; i < lines.size(); i++) {
        mixed.append(lines.get(i)).append(i % 3 == 0 ? "\r\n" : "\n");
      }
      Path file = directory.resolve(name);
      try (OutputStream to = Files.newOutputStream(file);
          OutputStream packed = name.endsWith(".gz") ? new GZIPOutputStream(to) : to) {
        packed.write(mixed.toString().getBytes(StandardCharsets.UTF_8));
      }
      PreparedData prepared = prepare(Configs.data(Configs.files(file)));
      assertThat(text(prepared)).isEqualTo(text(prepare(Configs.data(Configs.files(plain)))));
      assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
          .contains(file + "\",1001,");
    }
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    byte[] noise = new byte[20_000];
    new Random(5).nextBytes(noise);
    Path file = Files.write(directory.resolve("noise.csv"), noise);
    assertThatThrownBy(() -> prepare(Configs.data(Configs.files(file))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("Possible fixes");
  }

  @Test
  void aFileWithoutHeaderGetsDeclaredNames() {
    Path file =
        DuckFiles.write(
            directory.resolve("bare.txt"),
            DuckFiles.SHOP,
            "FORMAT csv, HEADER false, DELIMITER '|'");
    Format format =
        new Format(
            Format.Type.CSV,
            Format.Compression.AUTO,
            Optional.of(false),
            List.of("id", "user", "city", "price", "tags", "day", "click", "buy"),
            Optional.of("|"),
            "\"",
            "\"",
            List.of(""),
            Map.of());
    DataConfig data = Configs.data(Configs.files(file));
    PreparedData bare = prepare(Configs.with(data, Map.of(), Map.of(), format, new Rejects(0, 0)));
    assertThat(text(bare)).isEqualTo(text(prepare("a.parquet", "FORMAT parquet")));
  }

  @Test
  void aPatternReadsSeveralFilesInTheirOrder() {
    DuckFiles.write(
        directory.resolve("part-2.parquet"),
        "SELECT * FROM (" + DuckFiles.SHOP + ") WHERE id >= 1200",
        "FORMAT parquet");
    DuckFiles.write(
        directory.resolve("part-1.parquet"),
        "SELECT * FROM (" + DuckFiles.SHOP + ") WHERE id < 1200",
        "FORMAT parquet");
    PreparedData parts = prepare(Configs.data(Configs.files(directory.resolve("part-*.parquet"))));
    assertThat(text(parts)).isEqualTo(text(prepare("a.parquet", "FORMAT parquet")));
  }

  @Test
  void aQueryJoinsSources() {
    Path log =
        DuckFiles.write(
            directory.resolve("log.csv"),
            "SELECT * EXCLUDE (city) FROM (" + DuckFiles.SHOP + ")",
            "FORMAT csv, HEADER");
    Path cities =
        DuckFiles.write(
            directory.resolve("cities.parquet"),
            "SELECT id, city FROM (" + DuckFiles.SHOP + ")",
            "FORMAT parquet");
    DataConfig data =
        Configs.with(
            Configs.data(
                Configs.sql(
                    "SELECT l.*, c.city FROM log l JOIN cities c USING (id) ORDER BY l.id")),
            Map.of(
                "log", new Source(List.of(log.toString()), Optional.empty()),
                "cities", new Source(List.of(cities.toString()), Optional.empty())),
            Map.of(),
            Configs.FORMAT,
            new Rejects(0, 0));
    assertThat(text(prepare(data))).isEqualTo(text(prepare("a.parquet", "FORMAT parquet")));
  }

  @Test
  void derivedColumnsAreColumns() {
    Path file =
        DuckFiles.write(
            directory.resolve("raw.parquet"),
            "SELECT * REPLACE (upper(city) AS city, price * 2 AS price) FROM ("
                + DuckFiles.SHOP
                + ")",
            "FORMAT parquet");
    DataConfig data =
        Configs.with(
            Configs.data(
                Configs.sql("SELECT * RENAME (city AS town, price AS cents) FROM '" + file + "'")),
            Map.of(),
            Map.of("city", "lower(town)", "price", "cents / 2"),
            Configs.FORMAT,
            new Rejects(0, 0));
    assertThat(text(prepare(data))).isEqualTo(text(prepare("a.parquet", "FORMAT parquet")));
  }

  @Test
  void threadsDoNotChangeABit() {
    DuckFiles.write(
        directory.resolve("wide.parquet"),
        DuckFiles.SHOP.replace("range(2000)", "range(60000)"),
        "FORMAT parquet, ROW_GROUP_SIZE 4096");
    DataConfig data = Configs.data(Configs.files(directory.resolve("wide.parquet")));
    PreparedData one =
        new Ingest(directory.resolve("one"), new EngineLimits(1, 512), Progress.SILENT)
            .prepare(data, SCHEMA);
    PreparedData four =
        new Ingest(directory.resolve("four"), new EngineLimits(4, 512), Progress.SILENT)
            .prepare(data, SCHEMA);
    assertThat(one.directory().resolve("train/rows.arrow"))
        .hasSameBinaryContentAs(four.directory().resolve("train/rows.arrow"));
    assertThat(one.directory().resolve("preprocessing.json"))
        .hasSameBinaryContentAs(four.directory().resolve("preprocessing.json"));
  }
}
