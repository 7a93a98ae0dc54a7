package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The preprocessing beside an exported model: every kind of feature, as docs/scoring.md says. */
class ExportedPreprocessingTest {
  private static final String RUN =
      """
      data: {train: rows.csv, validation: rows.csv}
      features:
        min_count: 1
        dim: 4
        numeric: {price: [standardise, quantile_buckets], amount: [log, log2_buckets, scaled]}
        ids: [user, item]
        multi_ids: {tags: {separator: "|", weight_separator: ":", pooling: mean, max: 3}}
        crosses: {user_item: [user, item], hashed: {columns: [item, user], hash_buckets: 50}}
        dense: {vector: {size: 2, separator: " ", standardise: true}}
        sequences: {seen: {sequence: item, max: 5, separator: "|", time: seen_at, now: time}}
      tasks:
        click: {calibration: isotonic}
        buy: {calibration: platt}
        like: {calibration: {negative_sampling: 0.5}}
        spent: {kind: regression}
        shade: {kind: multiclass}
      model: {body: {type: shared_bottom, bottom: [8]}, towers: [4]}
      train: {epochs: 2, batch: 64, seed: 3}
      evaluation: {metrics: [loss]}
      """;

  @TempDir static Path directory;

  private static JsonNode json = new ObjectMapper().createObjectNode();
  private static double[] amounts = {};

  @BeforeAll
  static void export() throws IOException {
    Random random = new Random(7);
    StringBuilder csv =
        new StringBuilder(
            "user,item,price,amount,tags,vector,seen,seen_at,time,click,buy,like,spent,shade\n");
    amounts = new double[400];
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = Math.floor(Math.exp(8 * random.nextDouble()) - 1);
      csv.append('u').append(random.nextInt(9)).append(",i").append(random.nextInt(7));
      csv.append(',').append(random.nextInt(1000) / 10.0).append(',').append(amounts[i]);
      csv.append(",a:0.5|b:2,").append(random.nextInt(9)).append(' ').append(random.nextInt(9));
      csv.append(",i1|i2,20|").append(random.nextInt(90)).append(",100,");
      for (int label = 0; label < 3; label++) {
        csv.append(random.nextInt(2)).append(',');
      }
      csv.append(random.nextInt(50)).append(',').append("xyz".charAt(random.nextInt(3)));
      csv.append('\n');
    }
    Files.writeString(directory.resolve("rows.csv"), csv);
    Path run = Files.writeString(directory.resolve("run.yaml"), RUN);
    Path model = directory.resolve("model");
    for (Shell shell :
        List.of(
            Shell.run("train", run, "--out", model, "--cache", directory.resolve("cache")),
            Shell.run("export", model, "--out", directory.resolve("shop.onnx")))) {
      assertThat(shell.code()).as(shell.err()).isZero();
    }
    json = new ObjectMapper().readTree(Files.readString(directory.resolve("shop.json")));
  }

  /** The only entry of a list whose keys have the given values. */
  private static JsonNode entry(String list, Map<String, String> values) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode entry : json.get(list)) {
      if (values.entrySet().stream()
          .allMatch(e -> entry.path(e.getKey()).asText().equals(e.getValue()))) {
        found.add(entry);
      }
    }
    assertThat(found).as(list + " " + values).hasSize(1);
    return found.get(0);
  }

  private static JsonNode parsed(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void fieldsOfEveryKind() throws IOException {
    assertThat(entry("fields", Map.of("kind", "id", "column", "user")))
        .isEqualTo(parsed("{'kind': 'id', 'column': 'user', 'table': 'user', 'dim': 4}"));
    assertThat(entry("fields", Map.of("kind", "ids")))
        .isEqualTo(
            parsed(
                "{'kind': 'ids', 'column': 'tags', 'table': 'tags', 'dim': 4, 'pooling': 'mean',"
                    + " 'separator': '|', 'weight_separator': ':', 'max': 3}"));
    assertThat(entry("fields", Map.of("table", "user_item")))
        .isEqualTo(
            parsed(
                "{'kind': 'cross', 'table': 'user_item', 'dim': 4, 'columns': ['user', 'item']}"));
    assertThat(entry("fields", Map.of("table", "hashed")))
        .isEqualTo(
            parsed(
                "{'kind': 'cross', 'table': 'hashed', 'dim': 4, 'columns': ['item', 'user'],"
                    + " 'hash_buckets': 50}"));
    assertThat(json.at("/vocabularies/tags/values").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(json.at("/vocabularies/user_item/values/0").asText()).matches("u\\d\u001fi\\d");
    assertThat(json.at("/vocabularies").has("hashed")).isFalse();
  }

  /** floor((ln v)²) above 2, the integer part otherwise: every bucket of training is there. */
  @Test
  void bucketsByPowersOfTheLogarithm() {
    JsonNode field = entry("fields", Map.of("kind", "log2_buckets"));
    assertThat(field.get("column").asText()).isEqualTo("amount");
    JsonNode vocabulary = json.get("vocabularies").get(field.get("table").asText());
    assertThat(vocabulary.get("type").asText()).isEqualTo("integer");
    Set<String> stated = new TreeSet<>();
    for (double v : amounts) {
      stated.add(String.valueOf((long) (v > 2 ? Math.floor(Math.pow(Math.log(v), 2)) : v)));
    }
    Set<String> found = new TreeSet<>();
    vocabulary.get("values").forEach(v -> found.add(v.asText()));
    assertThat(found).isEqualTo(stated);
  }

  @Test
  void numbersAndVectors() {
    JsonNode log = entry("numbers", Map.of("kind", "log"));
    double mean = java.util.Arrays.stream(amounts).map(Math::log1p).average().orElseThrow();
    assertThat(log.get("mean").asDouble()).isCloseTo(mean, within(1e-6));
    assertThat(log.get("clip").asDouble()).isPositive();
    for (String index : List.of("0", "1")) {
      JsonNode element = entry("numbers", Map.of("kind", "element", "index", index));
      assertThat(element.get("size").asInt()).isEqualTo(2);
      assertThat(element.get("separator").asText()).isEqualTo(" ");
      assertThat(element.get("sd").asDouble()).isNotEqualTo(1).isPositive();
    }
  }

  @Test
  void sequencesWithAges() {
    JsonNode seen = json.at("/sequences/0");
    assertThat(seen.get("name").asText()).isEqualTo("seen");
    assertThat(seen.get("order").asText()).isEqualTo("oldest_first");
    assertThat(seen.get("max").asInt()).isEqualTo(5);
    assertThat(seen.get("separator").asText()).isEqualTo("|");
    assertThat(seen.at("/steps/0/table").asText()).isEqualTo("item");
    assertThat(seen.at("/age/column").asText()).isEqualTo("seen_at");
    assertThat(seen.at("/age/now").asText()).isEqualTo("time");
    assertThat(seen.at("/age/edges")).isNotEmpty();
    assertThat(json.get("inputs").toString())
        .contains("\"sequence.seen\"", "\"valid.seen\"", "\"fields\"", "\"numbers\"");
  }

  @Test
  void outputsAndTheirCalibration() throws IOException {
    JsonNode stored =
        new ObjectMapper()
            .readTree(Files.readString(directory.resolve("model/calibration.json")))
            .get("tasks");
    for (String task : List.of("click", "buy", "like")) {
      assertThat(entry("outputs", Map.of("name", task)).get("calibration"))
          .isEqualTo(stored.at("/" + task + "/calibrator"));
    }
    assertThat(entry("outputs", Map.of("name", "click")).at("/calibration/type").asText())
        .isEqualTo("isotonic");
    assertThat(entry("outputs", Map.of("name", "spent")).get("sd").asDouble()).isGreaterThan(5);
    assertThat(entry("outputs", Map.of("name", "shade")).get("classes").toString())
        .isEqualTo("[\"x\",\"y\",\"z\"]");
  }

  /** Whoever reads the export finds every key and kind of it in the documentation. */
  @Test
  void everyKeyIsDocumented() throws IOException {
    String scoring = Files.readString(Path.of("..", "docs", "scoring.md"));
    String documented =
        scoring.substring(scoring.indexOf("## Export"))
            + Files.readString(Path.of("..", "docs", "archive-format.md"));
    Set<String> names = new TreeSet<>();
    collect(json, names);
    assertThat(names).hasSizeGreaterThan(35);
    for (String name : names) {
      assertThat(documented).as(name).contains("`" + name + "`");
    }
  }

  private static void collect(JsonNode node, Set<String> into) {
    node.properties()
        .forEach(
            e -> {
              into.add(e.getKey());
              if (Set.of("kind", "type").contains(e.getKey())) {
                into.add(e.getValue().asText());
              }
              if (e.getKey().equals("vocabularies")) {
                e.getValue().forEach(vocabulary -> collect(vocabulary, into));
              } else {
                collect(e.getValue(), into);
              }
            });
    if (node.isArray()) {
      node.forEach(child -> collect(child, into));
    }
  }
}
