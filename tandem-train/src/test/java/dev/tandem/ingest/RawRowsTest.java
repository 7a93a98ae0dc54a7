package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.config.DataConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows encoded by ingest, by the streaming reader and one by one in plain Java are the same. */
class RawRowsTest {
  private static final String QUERY =
      "SELECT *, CASE WHEN id % 9 = 0 THEN NULL ELSE [id % 40, (id * 3) % 50] END AS bought,"
          + " [id / 7.0, -id] AS picture, (id % 4) / 3.0 AS ratio, id % 2 = 0 AS even,"
          + " CASE WHEN id % 10 = 0 THEN [] ELSE [id % 50, (id + 1) % 50, (id + 2) % 50] END AS watched,"
          + " 'a:' || (id % 5) || '|b:0.5' AS weighted FROM ("
          + DuckFiles.SHOP
          + ")";

  private static final Table ITEMS = new Table("items", 4, 20, 30);

  private static final Schema SCHEMA =
      new Schema(
          List.<Feature>of(
              new IdFeature("user", "user", ITEMS, Side.USER),
              Configs.id("city", 2),
              Configs.id("ratio", 1),
              Configs.id("even", 1),
              Configs.id("day", 1),
              new MultiIdFeature(
                  "tags",
                  "tags",
                  Optional.of(","),
                  Optional.empty(),
                  Pooling.MEAN,
                  0,
                  Table.whole("tags", 4),
                  Side.ITEM),
              new MultiIdFeature(
                  "bought",
                  "bought",
                  Optional.empty(),
                  Optional.empty(),
                  Pooling.SUM,
                  1,
                  ITEMS,
                  Side.USER),
              new MultiIdFeature(
                  "weighted",
                  "weighted",
                  Optional.of("|"),
                  Optional.of(":"),
                  Pooling.SUM,
                  0,
                  Table.whole("weighted", 4),
                  Side.USER),
              new NumericFeature(
                  "price",
                  "price",
                  List.of(
                      new NumericEncoding.Standardise(1.5),
                      new NumericEncoding.Log(10),
                      new NumericEncoding.Log2Buckets(Table.whole("price.log2", 4)),
                      new NumericEncoding.QuantileBuckets(20, Table.whole("price.bucket", 4)),
                      new NumericEncoding.Scaled(Table.whole("price.scaled", 4))),
                  Side.ITEM),
              new CrossFeature(
                  "city_even",
                  List.of("city", "even"),
                  OptionalInt.empty(),
                  new Table("city_even", 4, 2, 0),
                  Side.UNKNOWN),
              new CrossFeature(
                  "hashed",
                  List.of("city", "user"),
                  OptionalInt.of(100),
                  Table.whole("hashed", 4),
                  Side.UNKNOWN),
              new DenseFeature("picture", "picture", Optional.empty(), 2, true, Side.ITEM),
              new SequenceFeature(
                  "watched",
                  List.of(new SequenceFeature.Step("watched", "user", ITEMS)),
                  SequenceFeature.Combine.SUM,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  2,
                  SequenceFeature.Order.OLDEST_FIRST,
                  Side.USER)),
          List.of(Task.binary("click", "click"), Task.binary("buy", "buy")),
          Optional.of("user"),
          Optional.empty());

  @TempDir private Path directory;
  private Path file = Path.of("unset");

  @BeforeEach
  void write() {
    file =
        DuckFiles.write(
            directory.resolve("log.parquet"), QUERY, "FORMAT parquet, ROW_GROUP_SIZE 500");
  }

  private PreparedData prepare() {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .prepare(Configs.data(Configs.files(file)), SCHEMA);
  }

  private RawRows open(Preprocessor preprocessor, Path from, boolean labelled) {
    DataConfig data = Configs.data(Configs.files(from));
    return RawRows.open(
        preprocessor,
        new RawRows.Request(data, data.train().orElseThrow(), labelled, 2048),
        Configs.LIMITS,
        directory.resolve("temporary"));
  }

  private static void assertSame(Batch a, int fromA, Batch b, int fromB, int rows) {
    for (int f = 0; f < a.layout().fields().size(); f++) {
      for (int r = 0; r < rows; r++) {
        boolean single = a.layout().fields().get(f).pooling() == Pooling.NONE;
        int startA = single ? fromA + r : a.offsets(f)[fromA + r];
        int endA = single ? startA + 1 : a.offsets(f)[fromA + r + 1];
        int startB = single ? fromB + r : b.offsets(f)[fromB + r];
        int endB = single ? startB + 1 : b.offsets(f)[fromB + r + 1];
        assertThat(Arrays.copyOfRange(b.ids(f), startB, endB))
            .as("%s, row %d", a.layout().fields().get(f).name(), fromA + r)
            .isEqualTo(Arrays.copyOfRange(a.ids(f), startA, endA));
        if (a.layout().fields().get(f).weighted()) {
          assertThat(Arrays.copyOfRange(b.factors(f), startB, endB))
              .isEqualTo(Arrays.copyOfRange(a.factors(f), startA, endA));
        }
      }
    }
    int n = a.layout().numbers().size();
    assertThat(Arrays.copyOfRange(b.numbers(), fromB * n, (fromB + rows) * n))
        .isEqualTo(Arrays.copyOfRange(a.numbers(), fromA * n, (fromA + rows) * n));
    for (int s = 0; s < a.layout().sequences().size(); s++) {
      for (int r = 0; r < rows; r++) {
        assertThat(
                Arrays.copyOfRange(
                    b.sequenceIds(s, 0),
                    b.sequenceOffsets(s)[fromB + r],
                    b.sequenceOffsets(s)[fromB + r + 1]))
            .isEqualTo(
                Arrays.copyOfRange(
                    a.sequenceIds(s, 0),
                    a.sequenceOffsets(s)[fromA + r],
                    a.sequenceOffsets(s)[fromA + r + 1]));
      }
    }
  }

  private static Batch all(PreparedData prepared) {
    Batch batch = prepared.preprocessor().newBatch();
    int rows = (int) prepared.train().rows();
    prepared.train().read(LongStream.range(0, rows).toArray(), 0, rows, batch);
    return batch;
  }

  @Test
  void theStreamAgreesWithIngest() {
    PreparedData prepared = prepare();
    Batch expected = all(prepared);
    assertThat(expected.rows()).isEqualTo(2000);
    Batch block = prepared.preprocessor().newBatch();
    int rows = 0;
    try (RawRows raw = open(prepared.preprocessor(), file, true)) {
      while (raw.next(block)) {
        assertSame(expected, rows, block, 0, block.rows());
        int k = 2;
        assertThat(Arrays.copyOf(block.labels(), block.rows() * k))
            .isEqualTo(Arrays.copyOfRange(expected.labels(), rows * k, (rows + block.rows()) * k));
        assertThat(Arrays.copyOf(block.groups(), block.rows()))
            .isEqualTo(Arrays.copyOfRange(expected.groups(), rows, rows + block.rows()));
        rows += block.rows();
      }
    }
    assertThat(rows).isEqualTo(2000);
  }

  @Test
  void rowsInPlainJavaAgreeWithIngest() throws SQLException {
    PreparedData prepared = prepare();
    Batch expected = all(prepared);
    List<Row> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM '" + file + "'")) {
      while (result.next()) {
        Map<String, @Nullable Object> row = new HashMap<>();
        for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
          Object value = result.getObject(c);
          row.put(
              result.getMetaData().getColumnName(c),
              value instanceof Array array ? array.getArray() : value);
        }
        rows.add(Row.of(row));
      }
    }
    Batch batch = prepared.preprocessor().newBatch();
    EncodingCounts counts = new EncodingCounts();
    prepared.preprocessor().encode(rows, batch, counts);
    assertSame(expected, 0, batch, 0, 2000);
    assertThat(counts.unseen()).isEqualTo(prepared.summary("train").unseen());
  }

  @Test
  void aShuffledReadGivesTheRowsAsked() {
    PreparedData prepared = prepare();
    Batch expected = all(prepared);
    long[] order = LongStream.range(0, 3000).map(i -> (i * 1237) % 2000).toArray();
    Batch batch = prepared.preprocessor().newBatch();
    prepared.train().read(order, 100, 2500, batch);
    assertThat(batch.rows()).isEqualTo(2500);
    for (int i = 0; i < 2500; i += 7) {
      assertSame(expected, (int) order[100 + i], batch, i, 1);
    }
    assertThatThrownBy(() -> prepared.train().read(new long[] {2000}, 0, 1, batch))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void otherTypesUnseenValuesAndMissingColumnsAreCounted() {
    PreparedData prepared = prepare();
    Path csv =
        DuckFiles.write(
            directory.resolve("new.csv"),
            "SELECT user + 0.0 AS user, 'nowhere' AS city, price::VARCHAR AS price, 'x' AS ratio FROM ("
                + DuckFiles.SHOP
                + ") LIMIT 100",
            "FORMAT csv, HEADER");
    Batch block = prepared.preprocessor().newBatch();
    try (RawRows raw = open(prepared.preprocessor(), csv, false)) {
      assertThat(raw.next(block)).isTrue();
      assertThat(block.rows()).isEqualTo(100);
      Batch expected = all(prepared);
      assertThat(Arrays.copyOf(block.ids(0), 100)).isEqualTo(Arrays.copyOf(expected.ids(0), 100));
      assertThat(raw.counts().unseen()).containsEntry("city", 100L);
      assertThat(raw.counts().malformed()).containsExactlyEntriesOf(Map.of("ratio", 100L));
      assertThat(raw.firstMalformed())
          .containsExactlyEntriesOf(
              Map.of("ratio", new Reject(csv.toString(), 1, "column ratio", "x")));
      assertThat(raw.counts().missingColumns())
          .containsExactlyInAnyOrder(
              "bought", "day", "even", "picture", "tags", "watched", "weighted");
      assertThat(raw.next(block)).isFalse();
    }
  }

  @Test
  void scoresAreWrittenBesideTheRows() throws IOException {
    PreparedData prepared = prepare();
    for (String name : List.of("out.parquet", "out.csv", "out.jsonl")) {
      Path out = directory.resolve(name);
      try (RawRows raw = open(prepared.preprocessor(), file, false);
          Scores scores = raw.scores(List.of("p_click", "p_buy"))) {
        Batch block = prepared.preprocessor().newBatch();
        while (raw.next(block)) {
          float[] values = new float[2 * block.rows()];
          for (int r = 0; r < block.rows(); r++) {
            values[2 * r] = block.rowNumbers()[r];
            values[2 * r + 1] = 0.5f;
          }
          scores.add(values, block.rows());
        }
        scores.write(out);
      }
      String check =
          "SELECT count(*)::VARCHAR || ' ' || count(*) FILTER (id = p_click AND p_buy = 0.5)::VARCHAR FROM '"
              + out
              + "'";
      try (Duck duck = new Duck(Configs.LIMITS, directory.resolve("spill"))) {
        assertThat(duck.rows(check).get(0).get(0)).isEqualTo("2000 2000");
      }
    }
    assertThatThrownBy(
            () -> {
              try (RawRows raw = open(prepared.preprocessor(), file, false)) {
                raw.scores(List.of("city"));
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column city already");
    try (var left = Files.list(directory.resolve("temporary"))) {
      assertThat(left).isEmpty();
    }
  }
}
