package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.report.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views of {@code tandem inspect}, on models of the small shop. */
class InspectViewsTest {
  @TempDir static Path directory;

  private static Shop shop = new Shop(Path.of(""));

  @BeforeAll
  static void train() throws IOException {
    shop = Shop.open(directory);
    Shell trained = shop.train();
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  private static JsonNode inspect(Object... words) throws IOException {
    Shell shell = shell(words);
    assertThat(shell.code()).as(shell.err()).isZero();
    return new ObjectMapper().readTree(shell.out());
  }

  private static Shell shell(Object... words) {
    Object[] all = new Object[words.length + 3];
    all[0] = "inspect";
    all[1] = shop.model();
    all[2] = "--json";
    System.arraycopy(words, 0, all, 3, words.length);
    return Shell.run(all);
  }

  @Test
  void gatesAddUpToOneAndSegmentsToAll() throws IOException {
    JsonNode all = inspect("--gates", "--data", shop.file("test.csv"), "--segment", "click");
    assertThat(all.get("rows").asLong()).isEqualTo(200);
    assertThat(all.get("gates")).hasSize(2);
    for (JsonNode gate : all.get("gates")) {
      double sum = 0;
      for (JsonNode expert : gate.get("experts")) {
        sum += expert.get("mean").asDouble();
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      assertThat(gate.get("entropy").asDouble()).isBetween(0.0, 1.0);
    }
    assertThat(all.at("/gates/0/experts").findValuesAsText("name"))
        .containsExactly("own 0", "shared 0");
    assertThat(all.get("segments")).hasSize(2);
    double mixed = 0;
    for (JsonNode s : all.get("segments")) {
      mixed += s.get("rows").asLong() * s.at("/gates/0/experts/0/mean").asDouble();
    }
    assertThat(mixed / 200).isCloseTo(all.at("/gates/0/experts/0/mean").asDouble(), within(1e-9));
  }

  /** A column of many values has segments of the most frequent ones, and says so. */
  @Test
  void expertsAreSeenBySegment() throws IOException {
    Path rows = shop.file("by-segment.csv");
    String csv = Files.readString(shop.file("test.csv"));
    Files.writeString(rows, csv.replaceAll("(?m)^(u\\d+),i3,", "$1,,"));
    Object[] words = {"--experts", "--data", rows, "--segment", "item"};
    JsonNode experts = inspect(words);
    assertThat(experts.get("segments").findValuesAsText("segment"))
        .hasSize(10)
        .contains("i1", "(missing)")
        .doesNotContain("i3");
    assertThat(experts.get("values").asInt()).isEqualTo(10);
    double mixed = 0;
    for (JsonNode s : experts.get("segments")) {
      mixed += s.get("rows").asLong() * s.at("/experts/0/gates/0/mean").asDouble();
    }
    assertThat(mixed / 200)
        .isCloseTo(experts.at("/experts/0/gates/0/mean").asDouble(), within(1e-9));
    for (String view : List.of("--experts", "--gates")) {
      Shell many = Shell.run("inspect", shop.model(), view, "--data", rows, "--segment", "price");
      assertThat(many.code()).as(many.err()).isZero();
      assertThat(many.out()).containsPattern("The 20 most frequent of 1\\d\\d values of price");
    }
  }

  @Test
  void expertsAreSeenFromAllTheirGates() throws IOException {
    JsonNode experts = inspect("--experts", "--data", shop.file("test.csv")).get("experts");
    assertThat(experts.findValuesAsText("expert"))
        .containsExactlyInAnyOrder("click 0", "shared 0", "buy 0");
    for (JsonNode e : experts) {
      assertThat(e.get("gates")).hasSize(e.get("expert").asText().equals("shared 0") ? 2 : 1);
    }
  }

  @Test
  void tablesSayHowOftenTheirRowsWereRead() throws IOException {
    JsonNode table = inspect("--embeddings", "user").at("/tables/0");
    Map<String, Integer> counts = new HashMap<>();
    List<String> lines = Files.readAllLines(shop.file("train.csv"));
    lines.stream().skip(1).forEach(l -> counts.merge(l.split(",")[0], 1, Integer::sum));
    assertThat(table.get("rows").asInt()).isEqualTo(counts.size() + 1);
    assertThat(table.at("/reads/0/missing").asLong()).isZero();
    assertThat(table.get("rarest")).hasSize(10);
    for (JsonNode row : table.get("rarest")) {
      assertThat(row.get("reads").asInt()).isEqualTo(counts.get(row.get("value").asText()));
    }
    assertThat(table.at("/rarest/0/reads").asInt())
        .isEqualTo(counts.values().stream().mapToInt(Integer::intValue).min().orElseThrow());
    assertThat(table.at("/norms/mean").asDouble()).isPositive();
  }

  @Test
  void neighboursComeByFallingCosine() throws IOException {
    JsonNode neighbours = inspect("--embeddings", "user=u3").at("/neighbours/0");
    assertThat(neighbours.at("/of/value").asText()).isEqualTo("u3");
    double last = 1;
    assertThat(neighbours.get("nearest")).hasSize(10);
    for (JsonNode n : neighbours.get("nearest")) {
      assertThat(n.get("cosine").asDouble()).isLessThanOrEqualTo(last).isGreaterThan(-1.0001);
      last = n.get("cosine").asDouble();
      assertThat(n.at("/row/value").asText()).isNotEqualTo("u3").startsWith("u");
    }
  }

  @Test
  void layersAddUpToTheWholeNetwork() throws IOException {
    JsonNode graph = inspect("--graph");
    long parameters = 0;
    for (JsonNode layer : graph.get("blocks")) {
      parameters += layer.get("parameters").asLong();
    }
    assertThat(parameters).isPositive().isEqualTo(graph.get("parameters").asLong());
    assertThat(graph.get("blocks").findValuesAsText("name"))
        .contains("level.0.shared.expert.0.0", "tower.0.0", "tower.1.1", "prediction.buy");
  }

  @Test
  void gradientsAreComparedInTrainingAndOverRows() throws IOException {
    Path model = directory.resolve("compared");
    Shell trained =
        Shell.run(
            "train",
            shop.run(),
            "--out",
            model,
            "--cache",
            directory.resolve("cache"),
            "--set",
            "train.conflict_batches=3");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(Files.readAllBytes(model.resolve("weights.safetensors")))
        .isEqualTo(Files.readAllBytes(shop.model().resolve("weights.safetensors")));
    Path page = directory.resolve("conflict.html");
    Shell shell = Shell.run("inspect", model, "--conflict", "--json", "--out", page);
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(shell.out()).get("conflicts");
    assertThat(json.get("tasks").toString()).isEqualTo("[\"click\",\"buy\"]");
    assertThat(json.get("epochs")).hasSize(2);
    JsonNode blocks = json.at("/epochs/1/blocks");
    assertThat(blocks.findValuesAsText("name"))
        .contains("embedding tables", "shared layers", "user", "item", "level.0.shared.expert.0");
    blocks.forEach(
        b -> assertThat(b.at("/cosines/0/1").asDouble()).isBetween(-1.0, 1.0).isNotZero());
    assertThat(Files.readString(page)).contains("data-kind=\"conflicts\"");

    JsonNode now = inspect("--conflict", "--data", shop.file("test.csv")).at("/conflicts/epochs/0");
    assertThat(now.get("batches").asInt()).isEqualTo(1);
    assertThat(now.get("blocks")).hasSize(blocks.size());
    assertThat(shell("--conflict").complaint()).contains("train.conflict_batches=8");
    assertThat(Shell.run("inspect", model, "--conflict").out()).contains("agree least");
  }

  /**
   * Two models side by side: the numbers are those of each alone, and the page draws all charts.
   */
  @Test
  void twoModelsConflictsStandSideBySide() throws Exception {
    List<Path> models = List.of(directory.resolve("shared"), directory.resolve("apart"));
    List<String> bodies =
        List.of(
            "{type: shared_bottom, bottom: [8]}", "{type: mmoe, experts: 2, expert_units: [8]}");
    for (int m = 0; m < 2; m++) {
      Shell trained =
          Shell.run(
              "train",
              shop.run(),
              "--out",
              models.get(m),
              "--cache",
              directory.resolve("cache"),
              "--set",
              "train.conflict_batches=2",
              "--set",
              "model.body=" + bodies.get(m));
      assertThat(trained.code()).as(trained.err()).isZero();
    }
    Path page = directory.resolve("both.html");
    Object[] words = {
      "inspect", models.get(0), "--conflict", "--with", models.get(1), "--out", page
    };
    Shell text = Shell.run(words);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains(models.get(0) + " → " + models.get(1), "embedding tables", "expert.1", "– → ")
        .contains("On the embedding tables two tasks have a mean cosine of");
    Object[] more = Arrays.copyOf(words, words.length + 1);
    more[words.length] = "--json";
    JsonNode json = Shop.json(Shell.run(more)).get("comparison");
    for (int m = 0; m < 2; m++) {
      JsonNode alone =
          Shop.json(Shell.run("inspect", models.get(m), "--conflict", "--json")).get("conflicts");
      assertThat(json.get("conflicts").get(m)).isEqualTo(alone);
    }
    Browser.Dom dom = Browser.orSkip(directory).open(page);
    assertThat(dom.console()).isEmpty();
    assertThat(dom.root("data-errors")).isEmpty();
    // Per total two matrices, their difference, the epochs; then all blocks.
    assertThat(dom.charts()).hasSize(9).allMatch(marks -> marks > 0);
    Shell alone = Shell.run("inspect", models.get(0), "--with", models.get(1));
    assertThat(alone.code()).isEqualTo(ExitCode.USAGE);
    assertThat(alone.complaint()).contains("--with goes with --conflict");
  }

  @Test
  void whatDecidesTheLabelIsImportant() throws IOException {
    Object[] words = {"--importance", "--data", shop.file("train.csv"), "--repeats", 3};
    JsonNode click = inspect(words).at("/importance/tasks/0");
    assertThat(click.get("task").asText()).isEqualTo("click");
    assertThat(click.get("rows").asInt()).isEqualTo(600);
    // Whether a user clicks depends on the user alone.
    JsonNode first = click.at("/features/0");
    assertThat(first.get("feature").asText()).isEqualTo("user");
    assertThat(first.at("/drops/0/metric").asText()).isEqualTo("auc");
    assertThat(first.at("/drops/0/low").asDouble()).isPositive();
    assertThat(first.at("/drops/1/drop").asDouble()).isPositive();
    for (JsonNode feature : click.get("features")) {
      for (JsonNode drop : feature.get("drops")) {
        assertThat(drop.get("drop").asDouble())
            .isBetween(drop.get("low").asDouble(), drop.get("high").asDouble());
      }
    }
    assertThat(shell(words).out()).isEqualTo(shell(words).out());
    JsonNode trained = inspect("--importance", "--data", shop.file("test.csv"));
    JsonNode judged =
        Shop.json(Shell.run("evaluate", shop.model(), "--data", shop.file("test.csv"), "--json"));
    assertThat(trained.at("/importance/tasks/1/features/0/drops/0/before").asDouble())
        .isCloseTo(judged.at("/tasks/buy/auc").asDouble(), within(1e-6));
  }

  @Test
  void contributionsAddUpToThePrediction() throws IOException {
    JsonNode all = inspect("--explain", 7, "--data", shop.file("test.csv"), "--samples", 64);
    List<String> line = List.of(Files.readAllLines(shop.file("test.csv")).get(8).split(","));
    assertThat(all.at("/values/user").asText()).isEqualTo(line.get(0));
    assertThat(all.at("/values/item").asText()).isEqualTo(line.get(1));
    JsonNode explained = all.get("explanation");
    assertThat(explained.get("scorings").asLong()).isEqualTo(64 * 4 + 1);
    Path scored = directory.resolve("explained.jsonl");
    Shell.run("predict", shop.model(), "--in", shop.file("test.csv"), "--out", scored);
    JsonNode row = new ObjectMapper().readTree(Files.readAllLines(scored).get(7));
    for (JsonNode task : explained.get("tasks")) {
      double sum = task.get("base").asDouble();
      for (JsonNode f : task.get("features")) {
        sum += f.get("adds").asDouble();
        assertThat(f.get("error").asDouble()).isNotNegative();
      }
      assertThat(sum).isCloseTo(task.get("value").asDouble(), within(1e-9));
      double p = row.get("predicted_" + task.get("task").asText()).asDouble();
      assertThat(task.get("prediction").asDouble()).isCloseTo(p, within(1e-6));
      assertThat(task.get("value").asDouble()).isCloseTo(Math.log(p / (1 - p)), within(1e-4));
    }
    assertThat(shell("--explain", 200, "--data", shop.file("test.csv")).complaint())
        .contains("no row 200")
        .contains("200 rows");
  }

  @Test
  void everyViewIsAlsoText() {
    for (List<Object> view :
        List.<List<Object>>of(
            List.of("--gates", "--data", shop.file("test.csv")),
            List.of("--experts", "--data", shop.file("test.csv")),
            List.of("--importance", "--data", shop.file("test.csv"), "--repeats", "2"),
            List.of("--explain", "3", "--data", shop.file("test.csv"), "--samples", "8"),
            List.of("--conflict", "--data", shop.file("test.csv")),
            List.of("--embeddings"),
            List.of("--embeddings", "item"),
            List.of("--embeddings", "item=i3"),
            List.of("--graph"))) {
      Object[] words = new Object[view.size() + 2];
      words[0] = "inspect";
      words[1] = shop.model();
      for (int i = 0; i < view.size(); i++) {
        words[i + 2] = view.get(i);
      }
      Shell shell = Shell.run(words);
      assertThat(shell.code()).as(view + shell.err()).isZero();
      assertThat(shell.out().lines().count()).as(view.toString()).isGreaterThan(4);
    }
  }

  @Test
  void switchedConnectionsNeedNoRows() throws IOException {
    Path model = directory.resolve("snr");
    Shell trained =
        Shell.run(
            "train",
            shop.run(),
            "--out",
            model,
            "--cache",
            directory.resolve("cache"),
            "--set",
            "model.body={type: snr, nets: [2, 3], width: 4}");
    assertThat(trained.code()).as(trained.err()).isZero();
    Shell shell = Shell.run("inspect", model, "--experts", "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode layers = new ObjectMapper().readTree(shell.out()).get("connections");
    assertThat(layers).hasSize(2);
    assertThat(layers.at("/0/switches")).hasSize(3);
    assertThat(layers.at("/1/switches/0")).hasSize(3);
    layers.forEach(
        l ->
            l.get("switches")
                .forEach(row -> row.forEach(z -> assertThat(z.asDouble()).isBetween(0.0, 1.0))));
  }

  /** Every task's own layers read the same input; that does not make them shared. */
  @Test
  void layersOfOneTaskAloneDoNotConflict() throws IOException {
    Path model = shop.file("own");
    Shell trained = shop.trainTo(model, "--set", "model.body={type: single_task, units: [8]}");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode blocks =
        Shop.json(
                Shell.run(
                    "inspect", model, "--conflict", "--data", shop.file("test.csv"), "--json"))
            .at("/conflicts/epochs/0/blocks");
    assertThat(blocks.findValuesAsText("name"))
        .contains("embedding tables", "user")
        .doesNotContain("shared layers");
  }

  @Test
  void moreScoringsThanFitAreRefused() {
    Shell explained =
        shell("--explain", 0, "--data", shop.file("test.csv"), "--samples", 2_000_000_000);
    assertThat(explained.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(explained.complaint()).contains("2,000,000,000 samples", "fewer");
    Shell shuffled =
        shell("--importance", "--data", shop.file("test.csv"), "--repeats", 2_000_000_000);
    assertThat(shuffled.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shuffled.complaint()).contains("2,000,000,000 shuffles", "fewer");
  }

  @Test
  void segmentsGoWithGatesAndExpertsAlone() {
    Shell shell = shell("--graph", "--segment", "item");
    assertThat(shell.code()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains("--segment goes with");
  }

  @Test
  void wrongUseIsNamed() {
    assertThat(shell("--gates").complaint()).contains("--data FILE");
    assertThat(shell("--gates").code()).isEqualTo(ExitCode.USAGE);
    assertThat(shell("--embeddings", "usr").complaint()).contains("'usr'").contains("user");
    assertThat(shell("--embeddings", "user=u99").complaint()).contains("'u99'");
    assertThat(shell("--gates", "--graph").code()).isEqualTo(ExitCode.USAGE);
    assertThat(shell("--gates", "--data", shop.file("test.csv"), "--segment", "shape").complaint())
        .contains("no column shape");
  }
}
