package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.config.DataConfig;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.Rejects;
import dev.tandem.config.RunReader;
import dev.tandem.config.Source;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Row;
import dev.tandem.feature.Vocabulary;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.SequenceFeature.Events;
import dev.tandem.schema.SequenceFeature.Gap;
import dev.tandem.schema.SequenceFeature.Order;
import dev.tandem.schema.SequenceFeature.Step;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.simulate.Simulation;
import dev.tandem.simulate.Simulator;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories joined from a log are those that looking at every event for every row gives. */
class EventJoinTest {
  private static final int MAX = 3;
  private static final int BUCKETS = 5;

  @TempDir private Path directory;

  private record Event(
      String kind, @Nullable Integer user, @Nullable Integer time, String item, String by) {
    String csv() {
      return kind + "," + text(user) + "," + text(time) + "," + item + "," + by;
    }
  }

  private record Impression(
      @Nullable Integer user, @Nullable Integer time, String item, int click) {
    String csv() {
      return text(user) + "," + text(time) + "," + item + ",a1," + click;
    }
  }

  private record Log(List<Event> events, List<Impression> rows) {
    /** Few users, items and times, so that there are ties and empty histories. */
    static Log random(long seed) {
      Random random = new Random(seed);
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        events.add(
            new Event(
                random.nextBoolean() ? "watched" : "liked",
                random.nextInt(50) == 0 ? null : random.nextInt(60),
                random.nextInt(50) == 0 ? null : random.nextInt(40),
                "i" + random.nextInt(12),
                "a" + random.nextInt(4)));
      }
      List<Impression> rows = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        rows.add(
            new Impression(
                random.nextInt(50) == 0 ? null : random.nextInt(66),
                random.nextInt(50) == 0 ? null : random.nextInt(42),
                "i" + random.nextInt(14),
                random.nextInt(2)));
      }
      return new Log(events, rows);
    }

    /** What the join must find: the most recent first, one more than are kept. */
    List<Event> before(Impression row, String kind) {
      return events.stream()
          .filter(e -> e.kind().equals(kind) && e.user() != null && e.time() != null)
          .filter(e -> row.user() != null && row.time() != null)
          .filter(e -> Objects.equals(e.user(), row.user()))
          .filter(e -> Objects.requireNonNull(e.time()) < Objects.requireNonNull(row.time()))
          .sorted(
              Comparator.comparing((Event e) -> Objects.requireNonNull(e.time()))
                  .thenComparing(Event::item)
                  .thenComparing(Event::by)
                  .reversed())
          .limit(MAX + 1L)
          .toList();
    }
  }

  private static String text(@Nullable Integer number) {
    return number == null ? "" : number.toString();
  }

  private static Schema schema(int minCount, Order order, boolean joined) {
    Table items = new Table("item", 4, minCount, 0);
    Table authors = new Table("by", 4, 1, 0);
    List<dev.tandem.schema.Feature> features = new ArrayList<>();
    features.add(new IdFeature("item", "item", items, Side.ITEM));
    features.add(new IdFeature("by", "by", authors, Side.ITEM));
    for (String kind : List.of("watched", "liked")) {
      String prefix = joined ? "" : kind + ".";
      features.add(
          new SequenceFeature(
              kind,
              List.of(
                  new Step(prefix + "item", "item", items), new Step(prefix + "by", "by", authors)),
              SequenceFeature.Combine.SUM,
              Optional.of(new Gap(prefix + "time", "time", Table.whole(kind + ".gap", 4), BUCKETS)),
              joined
                  ? Optional.of(
                      new Events(
                          "log", "user", "time", "time", Optional.of("kind = '" + kind + "'")))
                  : Optional.empty(),
              Optional.empty(),
              MAX,
              order,
              Side.USER));
    }
    return Configs.schema(features, Task.binary("click", "click"));
  }

  private DataConfig data(Log log, String name) throws IOException {
    Path events = directory.resolve(name + "-events.csv");
    Path rows = directory.resolve(name + "-rows.csv");
    Files.writeString(
        events,
        "kind,user,time,item,by\n"
            + String.join("\n", log.events().stream().map(Event::csv).toList())
            + "\n");
    Files.writeString(
        rows,
        "user,time,item,by,click\n"
            + String.join("\n", log.rows().stream().map(Impression::csv).toList())
            + "\n");
    return Configs.with(
        Configs.data(Configs.files(rows)),
        Map.of("log", new Source(List.of(events.toString()), Optional.empty())),
        Map.of(),
        Configs.FORMAT,
        new Rejects(0, 0));
  }

  private PreparedData prepare(DataConfig data, Schema schema) {
    return new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT)
        .prepare(data, schema);
  }

  private static Batch all(EncodedData data) {
    return all(data, 1);
  }

  private static Batch all(EncodedData data, int tasks) {
    Batch batch = new Batch(data.layout(), tasks);
    int rows = Math.toIntExact(data.rows());
    data.read(LongStream.range(0, rows).toArray(), 0, rows, batch);
    return batch;
  }

  private static int id(Vocabulary vocabulary, String value) {
    for (int id = 1; id <= vocabulary.size(); id++) {
      if (vocabulary.text(id).equals(value)) {
        return id;
      }
    }
    return 0;
  }

  private static void assertHistories(Log log, PreparedData prepared) {
    Map<String, Vocabulary> known = prepared.preprocessor().fitted().vocabularies();
    Batch batch = all(prepared.train());
    for (int s = 0; s < 2; s++) {
      String kind = s == 0 ? "watched" : "liked";
      List<Double> edges =
          Objects.requireNonNull(prepared.preprocessor().fitted().edges().get(kind + ".gap"));
      assertThat(edges).hasSize(BUCKETS - 1).isSorted();
      long cut = 0;
      for (int r = 0; r < log.rows().size(); r++) {
        Impression row = log.rows().get(r);
        List<Event> expected = log.before(row, kind);
        int from = batch.sequenceOffsets(s)[r];
        assertThat(batch.sequenceOffsets(s)[r + 1] - from)
            .isEqualTo(Math.min(MAX, expected.size()));
        cut += expected.size() > MAX ? 1 : 0;
        for (int k = 0; k < Math.min(MAX, expected.size()); k++) {
          Event event = expected.get(k);
          int age = Objects.requireNonNull(row.time()) - Objects.requireNonNull(event.time());
          assertThat(
                  List.of(
                      batch.sequenceIds(s, 0)[from + k],
                      batch.sequenceIds(s, 1)[from + k],
                      batch.sequenceIds(s, 2)[from + k]))
              .as("%s step %d of %s", kind, k, row)
              .containsExactly(
                  id(Objects.requireNonNull(known.get("item")), event.item()),
                  id(Objects.requireNonNull(known.get("by")), event.by()),
                  1 + (int) edges.stream().filter(e -> e <= age).count());
        }
      }
      assertThat(cut).isPositive();
      assertThat(prepared.summary("train").cut()).containsEntry(kind, cut);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void historiesAreTheLastEventsStrictlyBeforeTheRow(long seed) throws IOException {
    Log log = Log.random(seed);
    for (Order order : Order.values()) {
      PreparedData prepared = prepare(data(log, "log" + seed), schema(1, order, true));
      assertHistories(log, prepared);
      assertThat(prepared.summary("train").unseen()).doesNotContainKey("watched.item");
      assertThat(prepared.notes())
          .anyMatch(n -> n.contains("no user or no time"))
          .anyMatch(n -> n.contains("they were sorted by time"))
          .anyMatch(n -> n.contains("sequence watched") && n.contains("more steps than max"));
    }
  }

  @Test
  void theOrderOfTheLogDoesNotMatter() throws IOException {
    Log log = Log.random(4);
    List<Event> shuffled = new ArrayList<>(log.events());
    Collections.shuffle(shuffled, new Random(9));
    PreparedData one = prepare(data(log, "as-it-is"), schema(1, Order.OLDEST_FIRST, true));
    PreparedData other =
        prepare(
            data(new Log(shuffled, log.rows()), "shuffled"), schema(1, Order.OLDEST_FIRST, true));
    assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
    for (String file :
        List.of(
            "train/rows.arrow", "histories/0.arrow", "histories/1.arrow", "preprocessing.json")) {
      assertThat(Files.mismatch(one.directory().resolve(file), other.directory().resolve(file)))
          .as(file)
          .isEqualTo(-1);
    }
  }

  @Test
  void rareItemsAreUnknownAndCounted() throws IOException {
    Log log = Log.random(5);
    List<Event> events = new ArrayList<>(log.events());
    events.add(new Event("watched", 1, -1, "rare", "a1"));
    List<Impression> rows = new ArrayList<>(log.rows());
    rows.add(new Impression(1, 0, "i1", 1));
    Log with = new Log(events, rows);
    PreparedData prepared = prepare(data(with, "rare"), schema(2, Order.OLDEST_FIRST, true));
    assertThat(prepared.summary("train").unseen().get("watched.item")).isPositive();
    assertHistories(with, prepared);
  }

  /** A request has no log beside it: it brings the lists that the join would have made. */
  @Test
  void rowsThatBringTheirHistoriesEncodeAlike() throws IOException {
    Log log = Log.random(6);
    PreparedData prepared = prepare(data(log, "log"), schema(1, Order.OLDEST_FIRST, true));
    List<Row> rows = new ArrayList<>();
    for (Impression impression : log.rows()) {
      Map<String, @Nullable Object> row = new HashMap<>();
      row.put("item", impression.item());
      row.put("by", "a1");
      row.put("time", impression.time());
      for (String kind : List.of("watched", "liked")) {
        List<Event> steps = new ArrayList<>(log.before(impression, kind));
        Collections.reverse(steps);
        row.put(kind + ".item", steps.stream().map(Event::item).toList());
        row.put(kind + ".by", steps.stream().map(Event::by).toList());
        row.put(kind + ".time", steps.stream().map(Event::time).toList());
      }
      rows.add(Row.of(row));
    }
    Batch mine = prepared.preprocessor().newBatch();
    EncodingCounts counts = new EncodingCounts();
    prepared.preprocessor().encode(rows, mine, counts);
    assertThat(counts.malformed()).isEmpty();
    Batch joined = all(prepared.train());
    for (int s = 0; s < 2; s++) {
      int steps = joined.sequenceOffsets(s)[rows.size()];
      assertThat(mine.sequenceOffsets(s)).startsWith(0).contains(steps);
      for (int t = 0; t < 3; t++) {
        for (int i = 0; i < steps; i++) {
          assertThat(mine.sequenceIds(s, t)[i]).isEqualTo(joined.sequenceIds(s, t)[i]);
        }
      }
    }
  }

  @Test
  void whatCannotBeJoinedIsRefused() throws IOException {
    Log log = Log.random(7);
    DataConfig data = data(log, "log");
    Path events = directory.resolve("log-events.csv");
    String text = Files.readString(events);
    Schema schema = schema(1, Order.OLDEST_FIRST, true);
    Files.writeString(events, text.replaceAll("(?m)^([a-z]+),([0-9])", "$1,u$2"));
    assertThatThrownBy(() -> prepare(data, schema))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sequence watched")
        .hasMessageContaining("user is VARCHAR in source log and BIGINT in the rows");
    Files.writeString(events, text.replaceAll("(?m)^([a-z]+,[0-9]*),([0-9])", "$1,t$2"));
    assertThatThrownBy(() -> prepare(data, schema))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("time column time of source log is VARCHAR");
    Files.writeString(events, text.replace(",item,", ",article,"));
    assertThatThrownBy(() -> prepare(data, schema))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("source log has no column item");
  }

  private static final String LISTS =
      "SELECT i %% 7 AS user, 10 AS time, 'i' || (i %% 5) AS item, 'a' || (i %% 2) AS by, i // 3 %% 2 AS click,"
          + " %s FROM range(20) r(i)";

  private static String lists(String items, String authors, String times) {
    StringBuilder columns = new StringBuilder();
    for (String kind : List.of("watched", "liked")) {
      columns.append(
          "%s AS \"%s.item\", %s AS \"%s.by\", %s AS \"%s.time\","
              .formatted(items, kind, authors, kind, times, kind));
    }
    return LISTS.formatted(columns);
  }

  private DataConfig listed(String query) {
    return Configs.data(
        Configs.files(
            DuckFiles.write(directory.resolve("lists.parquet"), query, "FORMAT parquet")));
  }

  @Test
  void unsortedStepsOfListColumnsAreSortedAndCounted() {
    String query = lists("['i1', 'i2', 'i3', 'i4']", "['a0', 'a1', 'a0', 'a1']", "[4, 1, 3, 2]");
    PreparedData prepared = prepare(listed(query), schema(1, Order.OLDEST_FIRST, false));
    Vocabulary items =
        Objects.requireNonNull(prepared.preprocessor().fitted().vocabularies().get("item"));
    Batch batch = all(prepared.train());
    assertThat(batch.sequenceOffsets(0)[1]).isEqualTo(3);
    assertThat(batch.sequenceIds(0, 0))
        .startsWith(id(items, "i1"), id(items, "i3"), id(items, "i4"));
    assertThat(prepared.summary("train").sorted()).containsEntry("watched", 20L);
    assertThat(prepared.summary("train").cut()).containsEntry("watched", 20L);
    assertThat(prepared.notes()).anyMatch(n -> n.contains("were not in order"));
  }

  @Test
  void rowsWithSideColumnsOfUnequalLengthAreSetAside() throws IOException {
    String query =
        lists("['i1', 'i2']", "CASE WHEN i = 4 THEN ['a0'] ELSE ['a0', 'a1'] END", "[1, 2]");
    DataConfig strict = listed(query);
    DataConfig data = Configs.with(strict, Map.of(), Map.of(), Configs.FORMAT, new Rejects(1, 0));
    PreparedData prepared = prepare(data, schema(1, Order.OLDEST_FIRST, false));
    assertThat(prepared.rejected()).isEqualTo(1);
    assertThat(prepared.train().rows()).isEqualTo(19);
    assertThat(Files.readString(prepared.directory().resolve("rejects.csv")))
        .contains("lists.parquet\",5,")
        .contains("column watched.item lists 2 steps, column watched.by 1");
    EncodingCounts counts = new EncodingCounts();
    prepared
        .preprocessor()
        .encode(
            List.of(
                Row.of(Map.of("watched.item", List.of("i1", "i2"), "watched.by", List.of("a0"))),
                Row.of(Map.of("watched.item", List.of("i1", "i2")))),
            prepared.preprocessor().newBatch(),
            counts);
    assertThat(counts.malformed()).containsExactlyEntriesOf(Map.of("watched.by", 1L));
  }

  @Test
  void aStepThatIsNotEarlierThanItsRowIsALeak() {
    Schema schema = schema(1, Order.OLDEST_FIRST, false);
    Ingest ingest = new Ingest(directory.resolve("cache"), Configs.LIMITS, Progress.SILENT);
    String good = lists("['i1', 'i2']", "['a0', 'a1']", "[1, 9]");
    assertThat(ingest.check(listed(good), schema))
        .noneMatch(f -> f.severity() == Finding.Severity.ERROR);
    String late = lists("['i1', 'i2']", "['a0', 'a1']", "[1, CASE WHEN i = 6 THEN 10 ELSE 9 END]");
    assertThat(ingest.check(listed(late), schema))
        .filteredOn(f -> f.severity() == Finding.Severity.ERROR)
        .extracting(Finding::subject, f -> f.message().substring(0, 58))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "watched", "holds an event that is not earlier than its row in 1 of 20"),
            org.assertj.core.groups.Tuple.tuple(
                "liked", "holds an event that is not earlier than its row in 1 of 20"));
    String seconds = lists("['i1', 'i2']", "['a0', 'a1']", "[1000, 9000]");
    assertThat(ingest.check(listed(seconds), schema))
        .filteredOn(f -> f.severity() == Finding.Severity.ERROR)
        .hasSize(2)
        .allSatisfy(f -> assertThat(f.message()).containsPattern("reaches 9000, \\w+ is 10\\. "));
  }

  /** The simulator knows its histories without a join. */
  @Test
  void theSimulatorsLogGivesTheHistoriesOfItsColumns() {
    Simulation simulation = Simulation.of(4_000, 4);
    List<PreparedData> both = new ArrayList<>();
    for (String histories : List.of("columns", "events")) {
      Path out = directory.resolve(histories);
      Simulator.write(simulation.with("histories=" + histories), out, n -> {});
      LoadedRun run =
          RunReader.ofProcess(ComponentCatalog.all(), Optional.empty())
              .read(out.resolve("run.yaml"), List.of());
      both.add(TrainingRun.prepare(run, directory.resolve("cache"), Progress.SILENT).data());
    }
    Batch listed = all(both.get(0).train(), 6);
    Batch joined = all(both.get(1).train(), 6);
    assertThat(listed.rows()).isEqualTo(3_200);
    for (int s = 0; s < 3; s++) {
      int steps = listed.sequenceOffsets(s)[listed.rows()];
      assertThat(steps).isGreaterThan(3_200);
      assertThat(joined.sequenceOffsets(s)).isEqualTo(listed.sequenceOffsets(s));
      assertThat(Arrays.copyOf(joined.sequenceIds(s, 0), steps))
          .isEqualTo(Arrays.copyOf(listed.sequenceIds(s, 0), steps));
    }
  }
}
