package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.report.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that draw pages: demo, report, compare; and the pages in a real browser. */
class ReportCommandsTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  @TempDir static Path directory;

  private static Shop shop = new Shop(Path.of(""));
  private static Path alone = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    shop = Shop.open(directory);
    assertThat(shop.train().out()).contains("tandem report " + shop.model());
    alone = directory.resolve("alone");
    Shell trained =
        shop.trainTo(alone, "--report", "--set", "model.body={type: single_task, units: [8]}");
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  /** What a page draws. */
  static JsonNode data(Path page) throws IOException {
    Matcher m = DATA.matcher(Files.readString(page));
    assertThat(m.find()).isTrue();
    return new ObjectMapper().readTree(m.group(1));
  }

  /** Every chart of a page is drawn, and the console stays silent. */
  private static void opens(Path page, int charts) throws IOException, InterruptedException {
    Browser.Dom dom = Browser.orSkip(directory).open(page);
    assertThat(dom.console()).isEmpty();
    assertThat(dom.root("data-errors")).isEmpty();
    assertThat(dom.charts()).hasSize(charts).allMatch(marks -> marks > 0);
  }

  @Test
  void everyKindOfTaskIsReportedAndCompared(@TempDir Path place) throws Exception {
    Shop kinds = Shop.open(place);
    kinds.edit("run.yaml", "{numeric: [price], ids: [user, item]}", "{ids: [user]}");
    kinds.edit(
        "run.yaml",
        "tasks: {click: click, buy: buy}",
        "tasks: {click: click, spent: {label: price, kind: regression},"
            + " what: {label: item, kind: multiclass}}\ngroup: user");
    assertThat(kinds.train("--set", "evaluation.bootstrap=20").code()).isZero();
    Path other = place.resolve("other");
    Shell trained = kinds.trainTo(other, "--set", "data.train=" + kinds.file("validation.csv"));
    assertThat(trained.code()).as(trained.err()).isZero();

    Path page = place.resolve("report.html");
    Shell report =
        Shell.run("report", kinds.model(), "--data", kinds.file("test.csv"), "--out", page);
    assertThat(report.code()).as(report.err()).isZero();
    JsonNode related = data(page).at("/relatedness/0");
    assertThat(related.get("tasks").toString()).isEqualTo("[\"click\",\"spent\",\"what\"]");
    assertThat(related.at("/correlations/0/1").isNumber()).isTrue();
    assertThat(related.at("/correlations/0/2").isNull()).as("ten items in no order").isTrue();
    JsonNode compared =
        Shop.json(
            Shell.run("compare", kinds.model(), other, "--data", kinds.file("test.csv"), "--json"));
    assertThat(compared.get("tasks").findValuesAsText("task"))
        .as("labels that differ by rounding are the same")
        .containsExactly("click", "spent", "what");

    Shell disagree = kinds.trainTo(other, "--set", "tasks.spent.label=price + 0.1");
    assertThat(disagree.code()).as(disagree.err()).isZero();
    Shell refused =
        Shell.run("compare", kinds.model(), other, "--data", kinds.file("test.csv"), "--json");
    assertThat(refused.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(refused.err()).contains("spent").contains("see different labels");
  }

  @Test
  void theDemoDrawsItsReport() throws Exception {
    Path out = directory.resolve("demo");
    Shell shell = Shell.run("demo", "--rows", 4000, "--out", out);
    assertThat(shell.code()).as(shell.err()).isZero();
    Path page = out.resolve("report.html");
    assertThat(shell.out().strip().lines().reduce((a, b) -> b).orElseThrow())
        .endsWith(page.toAbsolutePath().toString());
    assertThat(Files.size(page)).isLessThan(3_000_000);
    JsonNode data = data(page);
    assertThat(data.at("/seesaw/0/gains")).hasSize(4);
    assertThat(data.get("gates")).hasSize(4);
    assertThat(data.at("/conflicts/0/epochs/0/blocks")).isNotEmpty();
    assertThat(data.get("relatedness")).hasSize(1);
    assertThat(data.at("/data/parts").findValuesAsText("name"))
        .containsExactly("train", "validation", "test");
    JsonNode figures = new ObjectMapper().readTree(Files.readString(out.resolve("demo.json")));
    data.at("/seesaw/0/gains")
        .forEach(
            g ->
                assertThat(g.get("gain").asDouble())
                    .isEqualTo(
                        figures.at("/tasks/" + g.get("task").asText() + "/difference").asDouble()));
    Browser.Dom dom = Browser.orSkip(directory).open(page);
    assertThat(dom.console()).isEmpty();
    assertThat(dom.root("data-charts")).isEqualTo(dom.root("data-rendered"));
    assertThat(dom.charts()).hasSizeGreaterThan(30).allMatch(marks -> marks > 0);
    // Every block of the network shows what it costs, in full.
    assertThat(dom.html()).containsPattern("par · [0-9.\u202fkM]+ FLOP</text>");
    assertThat(dom.html()).doesNotContainPattern("par · [^<]*…");
  }

  @Test
  void trainingDrawsItsReportOnTheTestPart() throws Exception {
    JsonNode data = data(alone.resolve("report.html"));
    assertThat(data.get("pictures").findValuesAsText("part")).containsExactly("test", "test");
    assertThat(data.at("/data/parts").findValuesAsText("name"))
        .containsExactly("train", "validation", "test");
  }

  @Test
  void aReportWithoutRowsTellsWhatTheArchiveKnows() throws Exception {
    Shell shell = Shell.run("report", shop.model());
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode data = data(shop.model().resolve("report.html"));
    JsonNode train = data.at("/data/parts/0");
    List<String> lines = Files.readAllLines(shop.file("train.csv"));
    assertThat(train.get("rows").asLong()).isEqualTo(600);
    assertThat(train.at("/labels/0/positives").asLong())
        .isEqualTo(lines.stream().filter(l -> l.split(",")[3].equals("1")).count());
    assertThat(train.at("/labels/1/missing").asLong()).isZero();
    assertThat(data.at("/data/read").asLong()).isGreaterThanOrEqualTo(600);
    assertThat(data.get("pictures")).isEmpty();
    assertThat(data.get("curves")).isNotEmpty();
  }

  @Test
  void aReportWithRowsShowsTheSeesaw() throws Exception {
    Path page = directory.resolve("report.html");
    Shell shell =
        Shell.run(
            "report",
            shop.model(),
            "--data",
            shop.file("test.csv"),
            "--alone",
            alone,
            "--out",
            page);
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode data = data(page);
    assertThat(data.at("/seesaw/0/gains").findValuesAsText("task")).containsExactly("click", "buy");
    assertThat(data.get("pictures")).hasSize(2);
    assertThat(data.at("/metrics").findValuesAsText("part")).contains("test.csv");
    // Seesaw, curves of the joint loss and of both tasks' metrics, pictures, gates, relatedness,
    // network.
    opens(
        page, 1 + data.get("curves").findValuesAsText("metric").size() - doubled(data) + 6 + 2 + 2);
  }

  /** Curves that share a figure: training and validation of one task and metric. */
  private static int doubled(JsonNode data) {
    long figures =
        java.util.stream.StreamSupport.stream(data.get("curves").spliterator(), false)
            .map(c -> c.get("task").asText() + "/" + c.get("metric").asText())
            .distinct()
            .count();
    return (int) (data.get("curves").size() - figures);
  }

  @Test
  void aComparisonIsTextWithIntervals() {
    Shell shell =
        Shell.run(
            "compare", alone, shop.model(), "--data", shop.file("test.csv"), "--resamples", 50);
    assertThat(shell.code()).as(shell.err()).isZero();
    String interval = "0\\.\\d{4} \\(0\\.\\d{4} to [01]\\.\\d{4}\\)";
    assertThat(shell.out().lines().filter(l -> l.matches(" +auc +" + interval + " +" + interval)))
        .hasSize(2); // tasks
  }

  /** Of one group alone nothing can be said; many values are cut, and missing ones have a name. */
  @Test
  void segmentsSayWhatTheyDoNotShow(@TempDir Path place) throws Exception {
    String csv = Files.readString(shop.file("test.csv"));
    Path rows = place.resolve("test.csv");
    Files.writeString(rows, csv.replaceAll("(?m)^(u\\d+),i3,", "$1,,"));
    Object[] words = {"compare", alone, shop.model(), "--data", rows, "--resamples", 20};
    Shell missing = Shell.run(with(words, "--segment", "item"));
    assertThat(missing.code()).as(missing.err()).isZero();
    assertThat(missing.out()).contains("(missing)").doesNotContain("most frequent");
    Shell many = Shell.run(with(words, "--segment", "price"));
    assertThat(many.out()).containsPattern("The 20 most frequent of 1\\d\\d values of price\\.");

    Files.writeString(rows, String.join("\n", csv.lines().limit(2).toList()) + "\n");
    Shell one = Shell.run(with(words, "--json"));
    JsonNode difference = Shop.json(one).at("/tasks/0/differences/1");
    assertThat(difference.get("metric").asText()).isEqualTo("logloss");
    assertThat(difference.get("gain").isNumber()).isTrue();
    assertThat(difference.get("low").isNull()).isTrue();
    assertThat(difference.get("pValue").isNull()).isTrue();
    assertThat(Shop.json(one).at("/words/0").asText()).contains("auc undefined");

    Path empty = place.resolve("empty.parquet");
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM '%s' LIMIT 0) TO '%s'".formatted(shop.file("test.csv"), empty));
    }
    for (Shell none :
        List.of(
            Shell.run("compare", alone, shop.model(), "--data", empty),
            Shell.run("inspect", shop.model(), "--gates", "--data", empty))) {
      assertThat(none.code()).isEqualTo(ExitCode.BAD_DATA);
      assertThat(none.complaint()).contains("empty.parquet holds no rows");
    }
  }

  private static Object[] with(Object[] words, Object... more) {
    return Stream.of(words, more).flatMap(Stream::of).toArray();
  }

  @Test
  void aComparisonIsAPageToo() throws Exception {
    Path page = directory.resolve("comparison.html");
    Shell shell =
        Shell.run(
            "compare",
            alone,
            shop.model(),
            "--data",
            shop.file("test.csv"),
            "--segment",
            "item",
            "--resamples",
            50,
            "--out",
            page,
            "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(shell.out());
    assertThat(json.get("tasks").findValuesAsText("task")).containsExactly("click", "buy");
    assertThat(json.at("/tasks/0/segments")).hasSize(10);
    assertThat(data(page)).isEqualTo(json);
    opens(page, 2 + 2); // gains in AUC and log loss, segments of both tasks
  }
}
