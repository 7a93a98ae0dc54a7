package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.ArchiveWriter;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.TensorSpec;
import dev.tandem.archive.Verification;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.ColumnType;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Fitted;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.feature.TextVocabulary;
import dev.tandem.graph.Graph;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive opened for scoring gives the numbers of its graph, and refuses bad requests. */
class ArchiveScorerTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new IdFeature("city", "city", Table.whole("city", 3), Side.USER),
              new IdFeature("item", "item", Table.whole("item", 3), Side.ITEM),
              new NumericFeature(
                  "price", "price", List.of(new NumericEncoding.Standardise(100)), Side.ITEM)),
          List.of(
              Task.binary("click", "click"),
              new Task("spent", TaskKind.REGRESSION, "spent", Optional.empty(), 1, 1, 1)),
          Optional.empty(),
          Optional.empty());

  private static final float[] CITY = {0, 0, 0, 0.1f, 0.2f, -0.3f, 0.7f, -0.5f, 0.4f};
  private static final float[] ITEM = {0, 0.1f, 0, -0.1f, 0.6f, 0.3f, -0.7f, 0.5f, 0.9f};

  @TempDir Path directory;

  private Preprocessor preprocessor;
  private Graph graph;
  private Map<String, Tensor> parameters;

  @BeforeEach
  void model() {
    preprocessor =
        new Preprocessor(
            SCHEMA,
            new Fitted(
                Map.of("city", ColumnType.TEXT, "item", ColumnType.TEXT, "price", ColumnType.REAL),
                Map.of("price.standardised", new Moments(10, 4)),
                Map.of(),
                Map.of("city", texts("Rome", "Oslo"), "item", texts("pen", "ink")),
                Map.of(),
                Map.of("spent", new Moments(100, 50))));
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(),
            SharedBottom.of(Mlp.of(List.of(8))),
            Mlp.of(List.of(4)),
            new Independent());
    graph = model.scoring(preprocessor.layout(), preprocessor.tasks());
    parameters = ModelSamples.parameters(graph, 6);
  }

  private static TextVocabulary texts(String... values) {
    TextVocabulary vocabulary = new TextVocabulary();
    List.of(values).forEach(vocabulary::add);
    return vocabulary;
  }

  private Path write(Optional<GoldenRows> golden) {
    Path target = directory.resolve("model");
    Map<String, float[]> weights = ModelSamples.floats(parameters);
    ArchiveWriter.write(
        target,
        new Origin("test", "run", 1, "data"),
        parts -> {
          parts.text(Part.SCHEMA, Canonical.json(SCHEMA, Catalog.empty()));
          parts.text(Part.CONFIG, "{}\n");
          preprocessor.write(parts::open);
          GraphParts.write(parts, graph, p -> weights.get(p.name()));
          parts.tensors(
              Part.TABLES,
              List.of(TensorSpec.f32("city", 3, 3), TensorSpec.f32("item", 3, 3)),
              out -> {
                out.floats("city", CITY);
                out.floats("item", ITEM);
              });
          parts.text(Part.METRICS, "{}");
          if (golden.isPresent()) {
            parts.text(Part.GOLDEN_ROWS, golden.get().text());
          }
        });
    return target;
  }

  /** The graph's own predictions by hand: ids, standardised price. */
  private Map<String, Double> truth(int city, int item, double price) {
    Map<String, Tensor> leaves = new HashMap<>(parameters);
    double[] fields = new double[6];
    for (int i = 0; i < 3; i++) {
      fields[i] = CITY[3 * city + i];
      fields[3 + i] = ITEM[3 * item + i];
    }
    leaves.put("fields", new Tensor(fields, 1, 6));
    leaves.put("numbers", new Tensor(new double[] {(price - 10) / 4}, 1, 1));
    Map<String, Tensor> results = Reference.run(graph, leaves);
    return Map.of(
        "click",
        results.get("prediction.click").data()[0],
        "spent",
        100 + 50 * results.get("prediction.spent").data()[0]);
  }

  private static void same(Map<String, Double> found, Map<String, Double> expected) {
    assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach((name, p) -> assertThat(found.get(name)).as(name).isCloseTo(p, within(1e-4)));
    assertThat(found.get("click")).isCloseTo(expected.get("click"), within(1e-6));
  }

  private static Map<String, Object> row(Object city, Object item, Object price) {
    Map<String, Object> row = new HashMap<>();
    row.put("city", city);
    row.put("item", item);
    row.put("price", price);
    return row;
  }

  @Test
  void rawRowsGiveTheGraphsPredictions() {
    ArchiveScorer scorer = ArchiveScorer.open(write(Optional.empty()));
    assertThat(scorer.predictions()).containsExactly("click", "spent");
    same(scorer.score(row("Rome", "ink", 12)), truth(1, 2, 12));
    same(scorer.score(row("Oslo", "pen", "8.5")), truth(2, 1, 8.5));
    same(scorer.score(row("Atlantis", null, 10)), truth(0, 0, 10)); // unknown and missing: row 0
  }

  @Test
  void candidatesAreScoredAsWholeRowsWouldBe() {
    ArchiveScorer scorer = ArchiveScorer.open(write(Optional.empty()));
    Row user = Row.of(Map.of("city", "Oslo"));
    assertThat(scorer.rank(user, List.of())).allSatisfy((k, v) -> assertThat(v).isEmpty());
    List<Row> candidates = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      candidates.add(Row.of(Map.of("item", i % 2 == 0 ? "pen" : "ink", "price", i % 30)));
    }
    Map<String, float[]> ranked = scorer.rank(user, candidates);
    assertThat(ranked.get("click")).hasSize(100_000);
    for (int i = 0; i < candidates.size(); i += 997) {
      Map<String, Double> expected = truth(2, i % 2 == 0 ? 1 : 2, i % 30);
      assertThat((double) ranked.get("click")[i]).isCloseTo(expected.get("click"), within(1e-6));
      assertThat((double) ranked.get("spent")[i]).isCloseTo(expected.get("spent"), within(1e-4));
    }
  }

  @Test
  void badRequestsNameTheField() {
    ArchiveScorer scorer = ArchiveScorer.open(write(Optional.empty()));
    Map<String, Object> lacking = row("Rome", "ink", 1);
    lacking.remove("price");
    assertThatThrownBy(() -> scorer.score(lacking))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("price");
    Map<String, Object> more = row("Rome", "ink", 1);
    more.put("colour", "red");
    assertThatThrownBy(() -> scorer.score(more))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("colour");
    assertThatThrownBy(() -> scorer.score(row("Rome", "ink", "cheap")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("price is cheap")
        .hasMessageContaining("finite number");
    assertThatThrownBy(() -> scorer.score(row("Rome", "ink", Double.NaN)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("price is NaN");
    Row user = Row.of(Map.of("city", "Rome"));
    assertThatThrownBy(() -> scorer.rank(Row.of(Map.of()), List.of(user)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the request has no column city");
    assertThatThrownBy(() -> scorer.rank(user, List.of(Row.of(Map.of("item", "ink")))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("candidate 0 has no column price");
  }

  /** A request of the form that takes maps is held to what the model reads. */
  @Test
  void badRankingRequestsNameTheField() {
    ArchiveScorer scorer = ArchiveScorer.open(write(Optional.empty()));
    Map<String, Object> user = Map.of("city", "Rome");
    Map<String, Object> good = Map.of("item", "ink", "price", 12);
    Map<String, float[]> ranked = scorer.rank(user, List.of(good, good));
    assertThat((double) ranked.get("click")[1])
        .isCloseTo(truth(1, 2, 12).get("click"), within(1e-6));
    assertThat(scorer.rank(user, List.of()).get("click")).isEmpty();

    refused(scorer, Map.of(), good, "the request has no column city", "null says");
    refused(scorer, Map.of("town", "Rome"), good, "the request has columns", "read: town", "city");
    refused(scorer, user, Map.of("item", "ink"), "candidate 1 has no column price");
    refused(scorer, user, with(good, "colour", "red"), "candidate 1 has columns", "read: colour");
    refused(
        scorer,
        user,
        with(good, "city", "Oslo"),
        "candidate 1 has columns that belong to the request: city");
    refused(scorer, user, with(good, "price", "cheap"), "candidate 1: column price is cheap");
    refused(scorer, user, with(good, "price", Double.NaN), "candidate 1: column price is NaN");
    refused(
        scorer,
        Map.of("city", "Rome", "price", Float.POSITIVE_INFINITY),
        Map.of("item", "ink"),
        "the request: column price is Infinity",
        "finite number");
  }

  private static Map<String, Object> with(Map<String, Object> row, String column, Object value) {
    Map<String, Object> changed = new HashMap<>(row);
    changed.put(column, value);
    return changed;
  }

  /** The bad candidate stands behind a good one, unless it lacks what the request brings. */
  private static void refused(
      ArchiveScorer scorer, Map<String, ?> user, Map<String, ?> bad, String... said) {
    Map<String, Object> good =
        user.containsKey("price") ? Map.of("item", "pen") : Map.of("item", "pen", "price", 1);
    List<Map<String, ?>> candidates = List.of(good, bad);
    assertThatThrownBy(() -> scorer.rank(user, candidates))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.getMessage()).contains(said));
  }

  @Test
  void aCandidateDoesNotSpeakForTheUser() {
    ArchiveScorer scorer = ArchiveScorer.open(write(Optional.empty()));
    Row whole = Row.of(row("Rome", "ink", 12));
    Map<String, float[]> ranked = scorer.rank(Row.of(Map.of("city", "Oslo")), List.of(whole));
    assertThat((double) ranked.get("click")[0])
        .isCloseTo(truth(2, 2, 12).get("click"), within(1e-6));
  }

  @Test
  void goldenRowsAreReplayed() {
    List<GoldenRows.Golden> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(new GoldenRows.Golden(row("Rome", "pen", i), truth(1, 1, i)));
    }
    GoldenRows golden = new GoldenRows(rows);
    assertThat(GoldenRows.read(golden.text())).isEqualTo(golden);
    ArchiveScorer.open(write(Optional.of(golden)), Verification.FULL);

    Map<String, Double> wrong = new HashMap<>(truth(1, 1, 19));
    wrong.merge("click", 0.001, Double::sum);
    rows.set(19, new GoldenRows.Golden(row("Rome", "pen", 19), wrong));
    Path spoilt = write(Optional.of(new GoldenRows(rows)));
    ArchiveScorer.open(spoilt); // the first few rows are right
    assertThatThrownBy(() -> ArchiveScorer.open(spoilt, Verification.FULL))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("golden row 19")
        .hasMessageContaining("click");
  }

  @Test
  void whatIsNoArchiveIsRefused() throws Exception {
    Path file = directory.resolve("elsewhere.onnx");
    Files.writeString(file, "not an archive");
    assertThatThrownBy(() -> ArchiveScorer.open(file))
        .isInstanceOfSatisfying(
            ArchiveException.class,
            e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.NOT_AN_ARCHIVE));
  }
}
