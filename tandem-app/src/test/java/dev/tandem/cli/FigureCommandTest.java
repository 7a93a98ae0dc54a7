package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From simulated fields over a made second task to every figure, by the commands alone. */
class FigureCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUICK = "train.epochs=2";

  @TempDir private static Path dir = Path.of("");
  private static JsonNode relations = JSON.createObjectNode();

  @BeforeAll
  static void makeDataAndModels() throws IOException {
    ok("simulate", "--preset", "pairs", "--rows", 5000, "--out", dir.resolve("pairs"));
    Path run = dir.resolve("pairs/run.yaml");
    ok(
        "train",
        run,
        "--set",
        "tasks=[task1]",
        "--set",
        "model.body={type: single_task, units: [8]}",
        "--set",
        QUICK,
        "--out",
        dir.resolve("base"),
        "--cache",
        dir.resolve("cache"));
    Shell made =
        ok(
            "data",
            "second-task",
            dir.resolve("base"),
            "--function",
            "sincos",
            "--function",
            "logexp",
            "--train",
            dir.resolve("pairs/train.parquet"),
            "--validation",
            dir.resolve("pairs/validation.parquet"),
            "--test",
            dir.resolve("pairs/test.parquet"),
            "--out",
            dir.resolve("pairs-unrelated"),
            "--json");
    relations = JSON.readTree(made.out());
    train("dephn", "{type: dephn, expert: {hidden: [8], width: 8}}");
    train("mmoe", "{type: mmoe, experts: 2, expert_units: [8]}");
  }

  private static void train(String name, String body) {
    ok(
        "train",
        Path.of("..", "examples", "second-task", "unrelated.yaml"),
        "--data",
        dir,
        "--set",
        QUICK,
        "--set",
        "train.batch=512",
        "--set",
        "model.body=" + body,
        "--losses",
        dir.resolve(name + ".csv"),
        "--out",
        dir.resolve(name),
        "--cache",
        dir.resolve("cache"));
  }

  private static Shell ok(Object... words) {
    Shell shell = Shell.run(words);
    assertThat(shell.code()).as(shell.err()).isZero();
    return shell;
  }

  @Test
  void aSecondTaskHasTheStatedCorrelation() throws IOException {
    assertThat(relations.get("rows").asInt()).isEqualTo(5000);
    assertThat(relations.get("base_positives").asDouble()).isCloseTo(0.5, within(0.01));
    JsonNode unrelated = relations.get("tasks").get(0);
    assertThat(unrelated.get("function").asText()).isEqualTo("SINCOS");
    assertThat(unrelated.get("confidences").asDouble()).isCloseTo(0.5288, within(2e-3));
    assertThat(unrelated.get("labels").asDouble()).isCloseTo(0.724, within(5e-3));
    JsonNode related = relations.get("tasks").get(1);
    assertThat(related.get("confidences").asDouble()).isCloseTo(0.9877, within(2e-3));
    assertThat(related.get("noise").asDouble()).isCloseTo(0.4611, within(5e-3));
    assertThat(JSON.readTree(dir.resolve("pairs-unrelated/relations.json").toFile()))
        .isEqualTo(relations);
  }

  @Test
  void theCoefficientsFillTheirGrid() throws Exception {
    List<String> lines = figure("fig4-coefficients", "coefficients");
    assertThat(lines.get(0)).isEqualTo("function,x,y,gamma");
    assertThat(lines).hasSize(1 + 8 * 201 * 201).contains("a,0.0,0.0,2.0", "f,0.5,0.5,0.0");
    // the integrals: 1.2257, 1.1931, 0.8889, 1.4740, 0.5947, 2/3, 1/3, 1.0667
    assertThat(Files.readString(dir.resolve("figures-fig4-coefficients/index.html")))
        .contains("a 1.23, b 1.19, c 0.89, d 1.47, e 0.59, f 0.67, g 0.33, h 1.07");
  }

  @Test
  void selectionAndActivationsOfATrainedModel() throws Exception {
    List<String> gates = figure("fig3a-selection", "selection", dir.resolve("dephn"));
    assertThat(gates).hasSize(1 + 3 * 10 * 8);
    List<String> shares =
        figure("fig3b-activation", "activations", dir.resolve("dephn"), "--data", test());
    assertThat(shares).hasSize(1 + 2 * 2);
    double total = 0;
    for (String line : shares.subList(1, 3)) {
      total += Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
    }
    assertThat(total).isCloseTo(1, within(1e-9));
  }

  @Test
  void lossesOfEveryStep() throws Exception {
    List<String> lines =
        figure(
            "fig6-losses",
            "losses",
            "TVG=" + dir.resolve("dephn.csv"),
            "MMoE=" + dir.resolve("mmoe.csv"));
    assertThat(lines).hasSize(1 + 2 * 3 * 16); // runs × (joint, two tasks) × steps
  }

  @Test
  void confidencesOfSeveralModels() throws Exception {
    List<String> lines =
        figure(
            "fig7-confidences",
            "confidences",
            dir.resolve("mmoe"),
            dir.resolve("dephn"),
            "--data",
            test(),
            "--confidence",
            "confidence_1",
            "--confidence",
            "confidence_2",
            "--rescale");
    assertThat(lines).hasSize(1 + 2 * 2 * 200);
    assertThat(lines.get(1)).startsWith("mmoe,first,0,");
    List<String> bare =
        figure("fig7-confidences", "confidences", dir.resolve("dephn"), "--data", test());
    assertThat(bare).hasSize(1 + 2 * 200);
    assertThat(Files.readString(dir.resolve("figures-fig7-confidences/index.html")))
        .contains("activations along each model")
        .contains("dephn, second: correlation of medians and activation of first");
    Shell many =
        Shell.run(
            "figure",
            "confidences",
            dir.resolve("dephn"),
            "--data",
            test(),
            "--confidence=confidence_1",
            "--confidence=confidence_2",
            "--confidence=confidence_1",
            "--out",
            dir.resolve("f"));
    assertThat(many.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(many.complaint()).contains("found 3 confidences for 2 binary tasks");
  }

  @Test
  void lossesThatAreNotThere() {
    Shell shell = Shell.run("figure", "losses", "TVG=nowhere.csv", "--out", dir.resolve("f"));
    assertThat(shell.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint()).contains("there is no file nowhere.csv").contains("--losses");
  }

  @Test
  void gatesEpochByEpoch() throws Exception {
    List<String> lines =
        figure(
            "gates",
            "gates",
            dir.resolve("dephn"),
            "--data",
            dir.resolve("pairs-unrelated/train.parquet"));
    assertThat(lines).hasSize(1 + 2 * 4 * 3 * 3); // tasks × experts × mappings × (start, 2 epochs)
    assertThat(lines.get(1)).startsWith("first,0,0,0.0,");
  }

  @Test
  void aModelWithoutTheFiguresPartsIsRefused() {
    Shell shell = Shell.run("figure", "selection", dir.resolve("mmoe"), "--out", dir.resolve("f"));
    assertThat(shell.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint()).contains("g.dnn").contains("body is dephn");
    Shell twice =
        Shell.run(
            "data",
            "second-task",
            dir.resolve("mmoe"),
            "--function",
            "sincos",
            "--train",
            "a",
            "--validation",
            "b",
            "--test",
            "c",
            "--out",
            dir.resolve("f"));
    assertThat(twice.code()).isEqualTo(ExitCode.USAGE);
    assertThat(twice.complaint()).contains("--task").contains("first, second");
  }

  private static Path test() {
    return dir.resolve("pairs-unrelated/test.parquet");
  }

  /** Draws a figure, looks at all its files, and gives its numbers. */
  private static List<String> figure(String id, Object... words) throws Exception {
    Path out = dir.resolve("figures-" + id);
    Object[] all = new Object[words.length + 3];
    all[0] = "figure";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--out";
    all[words.length + 2] = out;
    assertThat(ok(all).out()).contains(id);
    String svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(out.resolve(id + ".svg").toFile())
            .getDocumentElement()
            .getTagName();
    assertThat(svg).isEqualTo("svg");
    BufferedImage png = ImageIO.read(out.resolve(id + ".png").toFile());
    assertThat(png.getWidth()).isGreaterThan(600);
    JsonNode words2 = JSON.readTree(out.resolve(id + ".json").toFile());
    assertThat(words2.get("found").asText()).isNotBlank().doesNotContain("NaN");
    assertThat(Files.readString(out.resolve("index.html")))
        .contains("<h2 id=\"" + id + "\">", "data:image/svg+xml;base64,", "Look for:", "Found:");
    return Files.readAllLines(out.resolve(id + ".csv"));
  }
}
