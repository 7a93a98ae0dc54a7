package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A funnel is declared once, by within; everything else follows from it. */
class FunnelTest {
  @TempDir Path directory;

  private Shop shop = new Shop(Path.of(""));

  @BeforeEach
  void openShop() throws IOException {
    shop = Shop.open(directory);
    shop.edit("run.yaml", "buy: buy", "buy: {label: buy, within: click}");
  }

  static List<String> heads() {
    return List.of("independent", "esmm", "{type: escm2, estimator: ips}", "{type: escm2}");
  }

  @ParameterizedTest
  @MethodSource("heads")
  void theProductIsPredictedAndJudgedOverAllRows(String head) throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: " + head);
    Shell trained = shop.train("--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    for (String runtime : List.of("onnx", "java")) {
      Path scored = shop.predict(runtime, "scored.csv");
      List<String> lines = Files.readAllLines(scored);
      assertThat(lines.get(0)).endsWith("predicted_click,predicted_buy,predicted_ctcvr");
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",");
        double click = Double.parseDouble(cells[5]);
        assertThat(Double.parseDouble(cells[7]))
            .isCloseTo(click * Double.parseDouble(cells[6]), within(1e-6));
      }
    }
    Shell shell = Shell.run("evaluate", shop.model(), "--data", shop.file("test.csv"), "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode tasks = new ObjectMapper().readTree(shell.out()).get("tasks");
    JsonNode then = new ObjectMapper().readTree(trained.out()).at("/test/tasks");
    long clicks = column(3);
    assertThat(tasks.at("/click/n").asLong()).isEqualTo(200);
    assertThat(tasks.at("/buy/n").asLong()).isEqualTo(clicks).isLessThan(200);
    assertThat(tasks.at("/ctcvr/n").asLong()).isEqualTo(200);
    assertThat(tasks.at("/ctcvr/positives").asLong()).isEqualTo(column(4));
    assertThat(tasks.at("/buy/positives").asLong()).isEqualTo(column(4));
    assertThat(tasks.at("/ctcvr/auc").asDouble())
        .isBetween(0.3, 1.0)
        .isCloseTo(then.at("/ctcvr/auc").asDouble(), within(1e-6));
  }

  /** ESCM²'s imputation has experts and gates of its own, which only its loss needs. */
  @ParameterizedTest
  @MethodSource("heads")
  void everyHeadCanBeLookedInto(String head) throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: " + head);
    Shell trained = shop.train();
    assertThat(trained.code()).as(trained.err()).isZero();
    Path rows = shop.file("test.csv");
    JsonNode gates =
        Shop.json(Shell.run("inspect", shop.model(), "--gates", "--data", rows, "--json"));
    assertThat(gates.get("gates").findValuesAsText("task"))
        .contains("click", "buy")
        .isSubsetOf("click", "buy", "");
    JsonNode evaluated = Shop.json(Shell.run("evaluate", shop.model(), "--data", rows, "--json"));
    double auc = evaluated.at("/tasks/ctcvr/auc").asDouble();
    Path page = shop.file("report.html");
    Shell report = Shell.run("report", shop.model(), "--data", rows, "--out", page);
    assertThat(report.code()).as(report.err()).isZero();
    JsonNode drawn = ReportCommandsTest.data(page);
    assertThat(drawn.get("metrics"))
        .filteredOn(m -> m.get("task").asText().equals("ctcvr") && m.get("low").isNumber())
        .anySatisfy(
            m -> {
              assertThat(m.get("metric").asText()).isEqualTo("auc");
              assertThat(m.get("value").asDouble()).isCloseTo(auc, within(1e-9));
            });
    assertThat(drawn.get("pictures").findValuesAsText("task"))
        .containsExactly("click", "buy", "ctcvr");
    assertThat(drawn.at("/relatedness/0/tasks")).hasSize(2);
    JsonNode compared =
        Shop.json(
            Shell.run(
                "compare",
                shop.model(),
                shop.model(),
                "--data",
                rows,
                "--resamples",
                20,
                "--json"));
    assertThat(compared.get("tasks").findValuesAsText("task"))
        .containsExactly("click", "buy", "ctcvr");
    assertThat(compared.at("/tasks/2/rows").asInt()).isEqualTo(200);
    assertThat(compared.at("/tasks/2/figures/0/values/0/value").asDouble())
        .isCloseTo(auc, within(1e-9));
    JsonNode important =
        Shop.json(Shell.run("inspect", shop.model(), "--importance", "--data", rows, "--json"))
            .get("importance");
    assertThat(important.get("tasks").findValuesAsText("task"))
        .containsExactly("click", "buy", "ctcvr");
    assertThat(important.at("/tasks/2/rows").asInt()).isEqualTo(200);
    JsonNode first = important.at("/tasks/2/features/0/drops/0");
    assertThat(first.get("metric").asText()).isEqualTo("auc");
    assertThat(first.get("before").asDouble()).isCloseTo(auc, within(1e-9));
    JsonNode explained =
        Shop.json(Shell.run("inspect", shop.model(), "--explain", 0, "--data", rows, "--json"))
            .get("explanation");
    JsonNode product = explained.at("/tasks/2");
    assertThat(product.get("task").asText()).isEqualTo("ctcvr");
    assertThat(product.get("prediction").asDouble())
        .isCloseTo(
            explained.at("/tasks/0/prediction").asDouble()
                * explained.at("/tasks/1/prediction").asDouble(),
            within(1e-6));
    double added = product.get("base").asDouble();
    for (JsonNode feature : product.get("features")) {
      added += feature.get("adds").asDouble();
    }
    assertThat(added).isCloseTo(product.get("value").asDouble(), within(1e-9));
  }

  /** The sum of a column of the test rows. */
  private long column(int i) throws IOException {
    return Files.readAllLines(shop.file("test.csv")).stream()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.split(",")[i]))
        .sum();
  }

  /** A propensity below the clip counts as clipped: none below 1e-6, all below 1. */
  @Test
  void theShareOfClippedPropensitiesIsTold() throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: {type: escm2, clip: 1.0}");
    Shell all = shop.train();
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.err()).contains("train: clipped: 100.00 % of the rows in the last epoch");
    List<String> curves = Files.readAllLines(shop.model().resolve("curves.csv"));
    assertThat(curves.stream().filter(l -> l.contains(",train,,clipped,"))).hasSize(2);
    shop.edit("run.yaml", "clip: 1.0", "estimator: ips, clip: 0.000001");
    assertThat(shop.train().err()).contains("train: clipped: 0.00 % of the rows");
  }

  @Test
  void labelsAgainstTheOrderAreCounted() throws IOException {
    Files.writeString(
        shop.file("train.csv"), "u1,i1,2.5,0,1\nu2,i1,2.5,0,1\n", StandardOpenOption.APPEND);
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint())
        .contains("task buy: 2 of the train rows are positive", "negative for click", "within");
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
    Shell checked = Shell.run("validate", shop.run(), "--cache", shop.file("cache"));
    assertThat(checked.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(checked.out()).contains("error: buy: 2 training rows");
  }

  @Test
  void aHeadWithALossOfItsOwnTakesNoWeightsAndNoBalancing() throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: esmm");
    for (String command : List.of("train", "validate")) {
      List<Object> words = new ArrayList<>(List.of(command, shop.run()));
      words.addAll(List.of("--cache", shop.file("cache"), "--set", ""));
      if (command.equals("train")) {
        words.addAll(List.of("--out", shop.model()));
      }
      words.set(5, "train.balance=pcgrad");
      Shell balanced = Shell.run(words.toArray());
      assertThat(balanced.code()).as(balanced.err()).isEqualTo(ExitCode.USAGE);
      assertThat(balanced.complaint()).contains("train.balance: found pcgrad", "esmm", "equal");
      words.set(5, "tasks.buy.weight=2");
      Shell weighed = Shell.run(words.toArray());
      assertThat(weighed.code()).as(weighed.err()).isEqualTo(ExitCode.USAGE);
      assertThat(weighed.complaint()).contains("tasks.buy.weight: found 2.0", "esmm");
    }
  }

  /** AITM's labels are nested without a within: what is not is told, since nothing is masked. */
  @Test
  void labelsAgainstTheOrderOfAitmAreTold() throws IOException {
    shop.edit("run.yaml", "buy: {label: buy, within: click}", "buy: buy");
    Object[] aitm = {"--set", "model.body={type: aitm, units: [8]}"};
    Shell nested = shop.train(aitm);
    assertThat(nested.code()).as(nested.err()).isZero();
    assertThat(nested.err()).doesNotContain("the order of the tasks");
    Files.writeString(
        shop.file("train.csv"), "u1,i1,2.5,0,1\nu2,i1,2.5,0,1\n", StandardOpenOption.APPEND);
    Shell against = shop.train(aitm);
    assertThat(against.code()).as(against.err()).isZero();
    assertThat(against.err())
        .contains("the order of the tasks")
        .containsPattern("2 of \\d+ training rows positive for buy are negative for click");
    assertThat(shop.train().err()).doesNotContain("the order of the tasks");
  }

  @Test
  void aFunnelInACircleIsRefused() throws IOException {
    shop.edit("run.yaml", "{click: click,", "{click: {label: click, within: buy},");
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains("tasks.click.within", "tasks.buy.within");
  }

  @Test
  void aHeadThatTakesOtherTasksSaysSo() throws IOException {
    shop.edit("run.yaml", "towers: [4]", "towers: [4]\n  head: esm2");
    Shell shell = shop.train();
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains("model.head", "three tasks", "found 2");
  }
}
