package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.feature.Row;
import dev.tandem.scoring.ArchiveScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A calibrated model, from its configuration to every way of scoring it. */
class CalibrationJourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static Shop shop(Path directory, String tasks) throws IOException {
    Files.createDirectories(directory);
    Shop shop = Shop.open(directory);
    shop.edit("run.yaml", "{click: click, buy: buy}", tasks);
    // few rows: bins of equal width hold too few of them
    shop.edit("run.yaml", "train: {epochs", "evaluation: {binning: equal_mass}\ntrain: {epochs");
    return shop;
  }

  @Test
  void everyRuntimeGivesOutTheCalibratedProbabilities() throws IOException {
    Shop plain = shop(directory.resolve("plain"), "{click: click, buy: buy}");
    Shop shop =
        shop(
            directory.resolve("calibrated"),
            "{click: {calibration: isotonic}, buy: {calibration: platt}}");
    JsonNode before = JSON.readTree(plain.train("--json").out());
    Shell trained = shop.train("--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode after = JSON.readTree(trained.out());
    assertThat(Files.readAllBytes(shop.model().resolve("weights.safetensors")))
        .isEqualTo(Files.readAllBytes(plain.model().resolve("weights.safetensors")));
    assertThat(plain.model().resolve("calibration.json")).doesNotExist();
    assertThat(after.at("/test/tasks/buy/auc").asDouble())
        .isCloseTo(before.at("/test/tasks/buy/auc").asDouble(), within(1e-6));
    for (String task : List.of("click", "buy")) {
      double pcoc = after.at("/validation/tasks/" + task + "/pcoc").asDouble();
      assertThat(pcoc).as(task).isCloseTo(1, within(0.05));
      assertThat(after.at("/validation/tasks/" + task + "/ece").asDouble())
          .isLessThanOrEqualTo(before.at("/validation/tasks/" + task + "/ece").asDouble());
    }

    Path test = shop.file("test.csv");
    Map<String, List<String>> scored = new HashMap<>();
    for (String runtime : List.of("java", "onnx")) {
      JsonNode evaluated =
          JSON.readTree(
              Shell.run(
                      "evaluate",
                      shop.model(),
                      "--data",
                      test,
                      "--json",
                      "--verify",
                      "--runtime",
                      runtime)
                  .out());
      for (String at : List.of("/tasks/click/logloss", "/tasks/buy/ece", "/tasks/buy/pcoc")) {
        assertThat(evaluated.at(at).asDouble())
            .isCloseTo(after.at("/test" + at).asDouble(), within(1e-5));
      }
      scored.put(runtime, Files.readAllLines(shop.predict(runtime, runtime + ".csv")));
    }
    ArchiveScorer scorer = ArchiveScorer.open(shop.model());
    for (int i = 1; i <= 200; i++) {
      String[] java = scored.get("java").get(i).split(",");
      String[] onnx = scored.get("onnx").get(i).split(",");
      Row row = Row.of(Map.of("user", java[0], "item", java[1], "price", java[2]));
      Map<String, Double> alone = scorer.score(row);
      for (int c = 5; c < 7; c++) {
        double p = Double.parseDouble(java[c]);
        assertThat(p).isCloseTo(Double.parseDouble(onnx[c]), within(1e-5));
        assertThat(p).isCloseTo(alone.get(c == 5 ? "click" : "buy"), within(1e-6));
      }
    }
  }

  @Test
  void theReportShowsTheCurveBeforeAndAfter() throws IOException {
    Shop shop = shop(directory.resolve("drawn"), "{click: click, buy: {calibration: isotonic}}");
    assertThat(shop.train("--report").code()).isZero();
    String page = Files.readString(shop.model().resolve("report.html"));
    int start = page.indexOf('>', page.indexOf("id=\"data\"")) + 1;
    JsonNode pictures =
        JSON.readTree(page.substring(start, page.indexOf("</script>", start))).get("pictures");
    assertThat(pictures.findValuesAsText("task")).containsExactly("click", "buy");
    assertThat(pictures.at("/0/uncalibrated")).isEmpty();
    assertThat(pictures.at("/1/uncalibrated"))
        .isNotEmpty()
        .isNotEqualTo(pictures.at("/1/reliability"));
  }

  @Test
  void inspectionAndExportCarryTheCalibration() throws IOException {
    Shop shop =
        shop(
            directory.resolve("shop"),
            "{click: {calibration: {negative_sampling: 0.25}}, buy: {calibration: isotonic}}");
    assertThat(shop.train().code()).isZero();
    Shell text = Shell.run("inspect", shop.model());
    assertThat(text.out())
        .contains("Calibration, before → after on validation")
        .contains("negative_sampling, rate 0.25")
        .containsPattern("buy +isotonic, \\d+ knots +[\\d.]+ → [\\d.]+");
    JsonNode json = JSON.readTree(Shell.run("inspect", shop.model(), "--json").out());
    JsonNode buy = json.at("/calibration/tasks/buy");
    assertThat(buy.at("/before/rows").asInt()).isEqualTo(200);
    assertThat(buy.at("/after/pcoc").asDouble()).isCloseTo(1, within(0.05));

    Path onnx = shop.file("shop.onnx");
    assertThat(Shell.run("export", shop.model(), "--out", onnx).code()).isZero();
    JsonNode outputs = JSON.readTree(Files.readString(shop.file("shop.json"))).get("outputs");
    assertThat(outputs.at("/0/calibration/rate").asDouble()).isEqualTo(0.25);
    assertThat(outputs.at("/1/calibration/x")).isEqualTo(buy.at("/calibrator/x"));
    assertThat(outputs.at("/1/calibration/y")).isEqualTo(buy.at("/calibrator/y"));
  }

  /** The product of a funnel stays that of its tasks, whatever corrects them. */
  @Test
  void aProductFollowsItsCalibratedTasks() throws IOException {
    Shop shop =
        shop(
            directory.resolve("shop"),
            "{click: {calibration: {negative_sampling: 0.25}}, buy: {label: buy, within: click, calibration: platt}}");
    assertThat(shop.train().code()).isZero();
    assertThat(Shell.run("inspect", shop.model()).out())
        .containsPattern("ctcvr +follows click, buy +[\\d.]+ → [\\d.]+");
    for (String runtime : List.of("java", "onnx")) {
      Path out = shop.predict(runtime, runtime + ".csv", "--verify");
      for (String line : Files.readAllLines(out).subList(1, 201)) {
        String[] cells = line.split(",");
        double both = Double.parseDouble(cells[5]) * Double.parseDouble(cells[6]);
        assertThat(Double.parseDouble(cells[7])).isCloseTo(both, within(1e-6));
      }
    }
    String[] first = Files.readAllLines(shop.file("java.csv")).get(1).split(",");
    ArchiveScorer scorer = ArchiveScorer.open(shop.model());
    Row row = Row.of(Map.of("user", first[0], "item", first[1], "price", first[2]));
    assertThat(scorer.score(row).get("ctcvr"))
        .isCloseTo(Double.parseDouble(first[7]), within(1e-6));
    Shell exported = Shell.run("export", shop.model(), "--out", shop.file("shop.onnx"));
    assertThat(exported.code()).as(exported.err()).isZero();
    JsonNode outputs = JSON.readTree(Files.readString(shop.file("shop.json"))).get("outputs");
    assertThat(outputs.at("/2/calibration").toString())
        .isEqualTo("{\"type\":\"product\",\"of\":[\"click\",\"buy\"]}");
  }

  /** A map of negatives alone would turn every probability into nearly nothing. */
  @Test
  void aMapNeedsBothClasses() throws IOException {
    Shop shop = shop(directory.resolve("shop"), "{click: click, buy: {calibration: isotonic}}");
    Path validation = shop.file("validation.csv");
    String rows = Files.readString(validation);
    Files.writeString(validation, rows.replaceAll("(?m),1$", ",0"));
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint())
        .contains("task buy cannot be calibrated", "no positive row", "tasks.buy.calibration");
    Files.writeString(validation, rows);
    Shell trained = shop.trainTo(directory.resolve("both"), "--set", "tasks.buy.calibration=platt");
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  @Test
  void whatCannotBeCalibratedIsSaidBeforeTraining() throws IOException {
    Shop shop =
        shop(
            directory.resolve("shop"),
            "{click: {calibration: platt}, price: {kind: regression, calibration: isotonic}}");
    shop.edit("run.yaml", " validation: validation.csv,", "");
    shop.edit("run.yaml", "seed: 3", "seed: 3, early_stopping: null");
    Shell shell = shop.train();
    assertThat(shell.code()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint())
        .contains("tasks.click.calibration", "validation")
        .contains("tasks.price.calibration", "only a binary task", "regression");
    shop.edit("run.yaml", "calibration: platt", "calibration: plat");
    assertThat(shop.train().complaint()).contains("no calibration is named plat", "nearest: platt");
  }
}
