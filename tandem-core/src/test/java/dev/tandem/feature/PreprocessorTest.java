package dev.tandem.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
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
import dev.tandem.schema.TaskKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
  private static final Table ITEMS = Table.whole("item", 4);

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new IdFeature("item", "item", ITEMS, Side.ITEM),
              new IdFeature("city", "city", Table.whole("city", 4), Side.USER),
              new MultiIdFeature(
                  "tags",
                  "tags",
                  Optional.of(","),
                  Optional.of(":"),
                  Pooling.MEAN,
                  3,
                  Table.whole("tags", 4),
                  Side.ITEM),
              new MultiIdFeature(
                  "bought",
                  "bought",
                  Optional.empty(),
                  Optional.empty(),
                  Pooling.SUM,
                  0,
                  ITEMS,
                  Side.USER),
              new NumericFeature(
                  "price",
                  "price",
                  List.of(
                      new NumericEncoding.Standardise(2),
                      new NumericEncoding.Log(10),
                      new NumericEncoding.Log2Buckets(Table.whole("price.log2", 4)),
                      new NumericEncoding.QuantileBuckets(3, Table.whole("price.bucket", 4)),
                      new NumericEncoding.Scaled(Table.whole("price.scaled", 4))),
                  Side.ITEM),
              new CrossFeature(
                  "city_x_item",
                  List.of("city", "item"),
                  OptionalInt.empty(),
                  Table.whole("city_x_item", 4),
                  Side.UNKNOWN),
              new CrossFeature(
                  "hashed",
                  List.of("city", "item"),
                  OptionalInt.of(10),
                  Table.whole("hashed", 4),
                  Side.UNKNOWN),
              new DenseFeature("picture", "picture", Optional.empty(), 2, false, Side.ITEM),
              new SequenceFeature(
                  "watched",
                  List.of(new SequenceFeature.Step("watched", "item", ITEMS)),
                  SequenceFeature.Combine.SUM,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  2,
                  SequenceFeature.Order.OLDEST_FIRST,
                  Side.USER)),
          List.of(
              new Task("buy", TaskKind.BINARY, "buy", Optional.of("click"), 1, 1, 1),
              Task.binary("click", "click"),
              new Task("mood", TaskKind.MULTICLASS, "mood", Optional.empty(), 0, 1, 1),
              new Task("spent", TaskKind.REGRESSION, "spent", Optional.empty(), 1, 1, 1)),
          Optional.empty(),
          Optional.empty());

  private static final Preprocessor PREPROCESSOR = new Preprocessor(SCHEMA, fitted());

  private static Fitted fitted() {
    LongVocabulary items = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
    for (long item : new long[] {30, 10, 20}) {
      items.add(item);
    }
    LongVocabulary log2 = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
    log2.add(5); // floor(ln(10)²)
    log2.add(1);
    return new Fitted(
        Map.of("item", ColumnType.INTEGER, "city", ColumnType.TEXT, "price", ColumnType.REAL),
        Map.of(
            "price.standardised", new Moments(10, 2),
            "price.log", new Moments(1, 0.5),
            "price.scaled", new Moments(10, 2)),
        Map.of("price.bucket", List.of(5.0, 10.0)),
        Map.of(
            "item", items,
            "city", texts("Köln", "Rome"),
            "tags", texts("a", "b"),
            "city_x_item", texts(CrossEncoder.key(List.of("Köln", "10"))),
            "price.log2", log2),
        Map.of("mood", List.of("bad", "good")),
        Map.of("spent", new Moments(100, 50)));
  }

  private static TextVocabulary texts(String... values) {
    TextVocabulary vocabulary = new TextVocabulary();
    Arrays.stream(values).forEach(vocabulary::add);
    return vocabulary;
  }

  private static Row row(@Nullable Object... pairs) {
    Map<String, @Nullable Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return Row.of(map);
  }

  private static final List<Row> ROWS =
      List.of(
          row(
              "item",
              10,
              "city",
              "Köln",
              "tags",
              "b:0.5, a,zzz:2,b",
              "bought",
              List.of(30L, 99L),
              "price",
              10.0,
              "picture",
              new double[] {0.25, -1},
              "watched",
              List.of(10, 20, 30)),
          row(
              "item",
              null,
              "city",
              "Oslo",
              "tags",
              "",
              "bought",
              List.of(),
              "price",
              Double.NaN,
              "picture",
              List.of(1),
              "watched",
              null),
          row(
              "item", "20", "city", null, "tags", null, "bought", null, "price", "4", "picture",
              null, "watched", List.of()));

  @Test
  void encodesEveryKindOfFeature() {
    Batch batch = PREPROCESSOR.newBatch();
    EncodingCounts counts = new EncodingCounts();
    PREPROCESSOR.encode(ROWS, batch, counts);

    assertThat(batch.rows()).isEqualTo(3);
    assertThat(batch.ids(0)).startsWith(2, 0, 3);
    assertThat(batch.ids(1)).startsWith(1, 0, 0);
    assertThat(batch.offsets(2)).startsWith(0, 3, 3, 3);
    assertThat(batch.ids(2)).startsWith(2, 1, 0);
    assertThat(batch.factors(2)).startsWith(0.5f / 3.5f, 1f / 3.5f, 2f / 3.5f); // a weighted mean
    assertThat(batch.offsets(3)).startsWith(0, 2, 2, 2);
    assertThat(batch.ids(3)).startsWith(1, 0);
    assertThat(batch.ids(4)).as("log2").startsWith(1, 0, 2);
    assertThat(batch.ids(5)).as("quantiles").startsWith(3, 0, 1);
    assertThat(batch.ids(6)).as("scaled").startsWith(1, 0, 1);
    assertThat(batch.factors(6)).startsWith(0f, 1f, -3f);
    assertThat(batch.ids(7)).as("cross").startsWith(1, 0, 0);
    assertThat(batch.ids(8)[0]).as("hashed cross").isBetween(1, 10);
    assertThat(batch.ids(8)[2]).isZero();
    assertThat(batch.sequenceOffsets(0)).startsWith(0, 2, 2, 2);
    assertThat(batch.sequenceIds(0, 0)).as("most recent first").startsWith(1, 3);
    int n = 4;
    assertThat(batch.numbers()[0]).isZero();
    assertThat(batch.numbers()[1]).isCloseTo((float) ((Math.log1p(10) - 1) / 0.5), within(1e-6f));
    assertThat(batch.numbers()[2]).isEqualTo(0.25f);
    assertThat(batch.numbers()[3]).isEqualTo(-1f);
    assertThat(Arrays.copyOfRange(batch.numbers(), n, 2 * n)).containsOnly(0f);
    assertThat(batch.numbers()[2 * n]).as("clipped").isEqualTo(-2f);
    assertThat(counts.unseen())
        .containsEntry("city", 1L)
        .containsEntry("tags", 1L)
        .containsEntry("bought", 1L);
    assertThat(counts.malformed())
        .as("each value once, however many encodings read it")
        .containsEntry("price", 1L)
        .containsEntry("picture", 1L);
    assertThat(counts.missingColumns()).isEmpty();
  }

  @Test
  void rowsOneByOneGiveWhatABlockGives() {
    Batch together = PREPROCESSOR.newBatch();
    PREPROCESSOR.encode(ROWS, together, new EncodingCounts());
    Batch single = PREPROCESSOR.newBatch();
    for (int r = 0; r < ROWS.size(); r++) {
      PREPROCESSOR.encode(ROWS.subList(r, r + 1), single, new EncodingCounts());
      for (int f : new int[] {0, 1, 4, 5, 6, 7, 8}) {
        assertThat(single.ids(f)[0]).isEqualTo(together.ids(f)[r]);
      }
    }
  }

  @Test
  void aColumnThatNoRowHasIsCountedOnce() {
    EncodingCounts counts = new EncodingCounts();
    PREPROCESSOR.encode(List.of(row("item", 10), row("item", 20)), PREPROCESSOR.newBatch(), counts);
    assertThat(counts.missingColumns())
        .containsExactly("bought", "city", "picture", "price", "tags", "watched");
    assertThat(counts.rows()).isEqualTo(2);
  }

  @Test
  void labelStatesFollowTheSampleSpace() {
    int rows = 4;
    List<Optional<Column>> inputs =
        PREPROCESSOR.inputs().stream().map(i -> Optional.<Column>empty()).toList();
    boolean[] secondNull = {false, true, false, false};
    Column buy = new RealColumn(new double[] {1, 1, 1, 0}, Column.NO_NULLS);
    Column click = new RealColumn(new double[] {1, 0, 0, 1}, secondNull);
    Column mood =
        new TextColumn(
            "goodbadgood".getBytes(StandardCharsets.UTF_8),
            new int[] {0, 4, 7, 11, 11},
            new boolean[] {false, false, false, true});
    Column spent = new RealColumn(new double[] {150, 100, 0, 50}, Column.NO_NULLS);
    Column group =
        new IntegerColumn(new long[] {7, 7, 0, 9}, new boolean[] {false, false, true, false});
    Batch batch = PREPROCESSOR.newBatch();
    PREPROCESSOR.encode(
        new Block(
            rows,
            inputs,
            List.of(Optional.of(buy), Optional.of(click), Optional.of(mood), Optional.of(spent)),
            Optional.of(group),
            Optional.empty(),
            100),
        batch,
        new EncodingCounts(),
        new GroupIndex());

    byte o = LabelState.OBSERVED.code();
    byte m = LabelState.MISSING.code();
    byte out = LabelState.OUTSIDE.code();
    assertThat(batch.states()).startsWith(o, o, o, o, m, m, o, o, out, o, o, o, o, o, m, o);
    assertThat(batch.labels()).startsWith(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, -2, 0, 1, 0, -1);
    assertThat(batch.groups()).startsWith(1, 1, 0, 2);
    assertThat(batch.weights()).startsWith(1, 1, 1, 1);
    assertThat(batch.rowNumbers()).startsWith(100, 101, 102, 103);
  }

  @Test
  void knowsTheSizesOfTables() {
    assertThat(PREPROCESSOR.tables())
        .contains(
            new FittedTable("item", 4, 4),
            new FittedTable("price.bucket", 4, 4),
            new FittedTable("price.scaled", 2, 4),
            new FittedTable("price.log2", 3, 4),
            new FittedTable("hashed", 11, 4));
    assertThat(PREPROCESSOR.tasks().get(2).classes()).isEqualTo(2);
  }

  @Test
  void survivesWritingAndReading() throws IOException {
    TextVocabulary large = new TextVocabulary();
    for (int i = 0; i < 1000; i++) {
      large.add("city " + i);
    }
    large.add("Köln");
    Fitted fitted = fitted();
    Map<String, Vocabulary> vocabularies = new HashMap<>(fitted.vocabularies());
    vocabularies.put("city", large);
    Preprocessor before =
        new Preprocessor(
            SCHEMA,
            new Fitted(
                fitted.types(),
                fitted.moments(),
                fitted.edges(),
                vocabularies,
                fitted.classes(),
                fitted.labelMoments()));
    Map<String, ByteArrayOutputStream> parts = new HashMap<>();
    before.write(
        name -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          parts.put(name, out);
          return out;
        });
    assertThat(parts).containsOnlyKeys("preprocessing.json", "vocabulary/0.bin");
    Preprocessor after =
        Preprocessor.read(
            SCHEMA,
            name ->
                new ByteArrayInputStream(Objects.requireNonNull(parts.get(name)).toByteArray()));

    Batch one = before.newBatch();
    Batch two = after.newBatch();
    before.encode(ROWS, one, new EncodingCounts());
    after.encode(ROWS, two, new EncodingCounts());
    for (int f = 0; f < before.layout().fields().size(); f++) {
      assertThat(two.ids(f)).isEqualTo(one.ids(f));
    }
    assertThat(two.numbers()).isEqualTo(one.numbers());
    assertThat(one.ids(1)[0]).isEqualTo(1001);
    assertThat(after.tables()).isEqualTo(before.tables());
  }
}
