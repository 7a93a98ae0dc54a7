package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands one after the other, on the files of a small shop. */
class JourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;

  private static Shop shop = new Shop(Path.of(""));
  private static Shell trained = new Shell(-1, "", "");

  @BeforeAll
  static void train() throws IOException {
    shop = Shop.open(directory);
    trained = shop.train("--json");
  }

  @Test
  void trainingPrintsOneJsonObjectAndItsProgressElsewhere() throws IOException {
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode json = JSON.readTree(trained.out());
    assertThat(json.at("/validation/rows").asLong()).isEqualTo(200);
    assertThat(json.at("/test/tasks/click/auc").asDouble()).isBetween(0.3, 1.0);
    assertThat(trained.err()).contains("epoch 2: loss");
    assertThat(shop.model().resolve("checkpoints")).doesNotExist();
  }

  @Test
  void evaluatingRawRowsGivesTheNumbersOfTraining() throws IOException {
    Shell shell = Shell.run("evaluate", shop.model(), "--data", shop.file("test.csv"), "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode now = JSON.readTree(shell.out());
    JsonNode then = JSON.readTree(trained.out()).get("test");
    assertThat(now.get("rows").asLong()).isEqualTo(200);
    for (String task : List.of("click", "buy")) {
      assertThat(now.at("/tasks/" + task + "/n").asLong()).isEqualTo(200);
      for (String metric : List.of("auc", "logloss")) {
        String at = "/tasks/" + task + "/" + metric;
        assertThat(now.at(at).asDouble()).isCloseTo(then.at(at).asDouble(), within(1e-6));
      }
    }
  }

  @Test
  void predictionsFollowTheRowsOfEveryForm() throws IOException {
    Path csv = shop.file("scored.csv");
    Path jsonl = shop.file("scored.jsonl");
    Path parquet = shop.file("scored.parquet");
    assertThat(predict(shop.file("test.csv"), csv).code()).isZero();
    assertThat(predict(shop.file("test.csv"), jsonl).code()).isZero();
    assertThat(predict(shop.file("test.csv"), parquet).code()).isZero();
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(201);
    assertThat(lines.get(0)).isEqualTo("user,item,price,click,buy,predicted_click,predicted_buy");
    JsonNode first = JSON.readTree(Files.readAllLines(jsonl).get(0));
    String[] cells = lines.get(1).split(",");
    assertThat(cells[0]).isEqualTo(first.get("user").asText());
    assertThat(Float.parseFloat(cells[5]))
        .isEqualTo((float) first.get("predicted_click").asDouble());
    assertThat(first.get("predicted_buy").asDouble()).isBetween(0.0, 1.0);
    assertThat(Files.readString(parquet, StandardCharsets.ISO_8859_1)).startsWith("PAR1");
  }

  private static Shell predict(Path in, Path out) {
    return Shell.run("predict", shop.model(), "--in", in, "--out", out);
  }

  @Test
  void bothRuntimesGiveTheSameNumbers() throws IOException {
    Path java = shop.predict("java", "java.csv", "--verify");
    Path onnx = shop.predict("onnx", "onnx.csv", "--verify");
    List<String> one = Files.readAllLines(java);
    List<String> other = Files.readAllLines(onnx);
    assertThat(one).hasSize(201).hasSameSizeAs(other);
    for (int i = 1; i < one.size(); i++) {
      String[] a = one.get(i).split(",");
      String[] b = other.get(i).split(",");
      for (int c = 5; c < 7; c++) {
        assertThat(Double.parseDouble(a[c])).isCloseTo(Double.parseDouble(b[c]), within(1e-5));
      }
    }
    Shell shell =
        Shell.run(
            "evaluate",
            shop.model(),
            "--data",
            shop.file("test.csv"),
            "--json",
            "--runtime",
            "java");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode then = JSON.readTree(trained.out()).get("test");
    for (String at : List.of("/tasks/click/logloss", "/tasks/buy/logloss")) {
      assertThat(JSON.readTree(shell.out()).at(at).asDouble())
          .isCloseTo(then.at(at).asDouble(), within(1e-6));
    }
    Shell wrong =
        Shell.run(
            "evaluate", shop.model(), "--data", shop.file("test.csv"), "--runtime", "fortran");
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("--runtime", "fortran");
  }

  @Test
  void theArchiveHoldsGoldenRowsOfTheValidationPart() throws IOException {
    List<String> golden = Files.readAllLines(shop.model().resolve("golden.jsonl"));
    assertThat(golden).hasSize(200);
    List<String> validation = Files.readAllLines(shop.file("validation.csv"));
    for (int i = 0; i < 200; i += 37) {
      JsonNode row = JSON.readTree(golden.get(i)).get("row");
      String[] cells = validation.get(i + 1).split(",");
      assertThat(row.get("user").asText()).isEqualTo(cells[0]);
      assertThat(row.get("price").asDouble()).isEqualTo(Double.parseDouble(cells[2]));
    }
    Shell some = Shell.run("inspect", shop.model());
    assertThat(some.out()).contains("16 golden rows replayed");
    Shell all = Shell.run("inspect", shop.model(), "--verify", "--json");
    assertThat(JSON.readTree(all.out()).get("golden_rows_replayed").asInt()).isEqualTo(200);
  }

  @Test
  void predictionStreamsFromStandardInputToStandardOutput() {
    byte[] rows = "user,item,price\nu1,i2,10.5\nnobody,i9,3\n".getBytes(StandardCharsets.UTF_8);
    Shell shell = piped(rows);
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.out().lines())
        .hasSize(3)
        .first()
        .isEqualTo("user,item,price,predicted_click,predicted_buy");
    assertThat(shell.err()).contains("user: 1 values never seen in training");
  }

  @Test
  void packedStandardInputIsUnpacked() throws IOException {
    byte[] rows = Files.readAllBytes(shop.file("test.csv"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream to = new GZIPOutputStream(packed)) {
      to.write(rows);
    }
    Shell shell = piped(packed.toByteArray());
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.out()).isEqualTo(piped(rows).out());
    Shell cut = piped(Arrays.copyOf(packed.toByteArray(), 100));
    assertThat(cut.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(cut.err()).contains("standard input", "gzip", "cut off");
    Shell zstd = piped(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 4, 0});
    assertThat(zstd.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(zstd.err()).contains("zstd -dc");
  }

  /** What predict makes of standard input; its standard output as the shell's. */
  private static Shell piped(byte[] rows) {
    InputStream in = System.in;
    PrintStream out = System.out;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(rows));
      System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
      Shell shell = Shell.run("predict", shop.model());
      return new Shell(shell.code(), seen.toString(StandardCharsets.UTF_8), shell.err());
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
  }

  @Test
  void rowsWithoutAnyColumnOfTheModelAreRefused() throws IOException {
    Path rows = shop.file("headless.csv");
    Files.writeString(rows, "u1,i2,10.5\nu2,i3,4\n");
    Path scored = shop.file("headless-scored.csv");
    Shell shell = predict(rows, scored);
    assertThat(shell.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.err())
        .contains(rows.toString(), "user, item, price", "column0, column1, column2", "columns: [");
    assertThat(scored).doesNotExist();
  }

  @Test
  void whereToWriteIsLookedAtBeforeScoring() throws IOException {
    Path rows = shop.file("test.csv");
    Shell packed = predict(rows, shop.file("scored.csv.gz"));
    assertThat(packed.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(packed.err()).contains("scored.csv.gz", ".jsonl").doesNotContain("in: COPY");
    Shell below = predict(rows, shop.run().resolve("scored.csv"));
    assertThat(below.code()).isEqualTo(ExitCode.FAILED);
    assertThat(below.err()).contains("--out", shop.run() + " is not a directory");
    Path deep = shop.file("new/deep/scored.csv");
    assertThat(predict(rows, deep).code()).isZero();
    assertThat(deep).exists();
  }

  @Test
  void malformedLinesAreToldWithTheirPlace() throws IOException {
    Path rows = shop.file("short-line.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(shop.file("test.csv")));
    lines.add(12, "u1,i1");
    Files.write(rows, lines);
    Shell shell = predict(rows, shop.file("short-line-scored.csv"));
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.err()).contains("1 lines cannot be read", rows + ":13: ", ": u1,i1");
  }

  @Test
  void missingColumnsCountAsMissingAndAreNamed() throws IOException {
    Path rows = shop.file("short.csv");
    Files.writeString(rows, "user,item\nu1,i2\n");
    Shell shell = predict(rows, shop.file("short-scored.csv"));
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.err()).contains("no columns price");
  }

  /** So many that the column of the file is no longer one of numbers. */
  @Test
  void textAmongNumbersIsMissingAndCounted() throws IOException {
    Path rows = shop.file("damaged.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(shop.file("test.csv")));
    for (int row : new int[] {7, 90, 91}) {
      lines.set(row, lines.get(row).replaceFirst(",[0-9.]+,", ",n/a " + row + ","));
    }
    Files.write(rows, lines);
    Shell scored = predict(rows, shop.file("damaged-scored.csv"));
    assertThat(scored.code()).as(scored.err()).isZero();
    assertThat(scored.err())
        .contains("price: 3 values that cannot be read, taken as missing")
        .contains("the first 'n/a 7' in " + rows + ", row 7");
    Path json = shop.file("damaged.jsonl");
    JsonNode summary =
        JSON.readTree(
            Shell.run("predict", shop.model(), "--in", rows, "--out", json, "--json").out());
    assertThat(summary.at("/malformed/price").asLong()).isEqualTo(3);
    assertThat(summary.at("/first_malformed/price/text").asText()).isEqualTo("n/a 7");
    assertThat(summary.at("/first_malformed/price/line").asLong()).isEqualTo(7);
    Shell judged = Shell.run("evaluate", shop.model(), "--data", rows, "--json");
    assertThat(JSON.readTree(judged.out()).at("/tasks/click/n").asLong()).isEqualTo(197);
    assertThat(judged.err()).contains("price: 3 values", "the labels of 3 malformed rows");
  }

  @Test
  void inspectionShowsWhereTheModelComesFrom() throws IOException {
    Shell shell = Shell.run("inspect", shop.model(), "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode json = JSON.readTree(shell.out());
    assertThat(json.at("/origin/command").asText()).startsWith("tandem train ");
    assertThat(json.at("/origin/seed").asLong()).isEqualTo(3);
    assertThat(json.at("/metrics/test/tasks/buy/n").asLong()).isEqualTo(200);
  }

  @Test
  void resumingAFinishedRunChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(shop.model().resolve("manifest.json"));
    Shell shell = shop.train("--resume");
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.err()).contains("finished model of this very run");
    Shell other = shop.train("--resume", "--set", "train.seed=4");
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err())
        .contains(shop.model() + " holds the finished model of another run", "Leave --resume out");
    assertThat(Files.readAllBytes(shop.model().resolve("manifest.json"))).isEqualTo(before);
  }

  @Test
  void aPlanCountsRowsTablesAndParameters() throws IOException {
    Shell shell = Shell.run("plan", shop.run(), "--cache", directory.resolve("cache"), "--json");
    assertThat(shell.code()).as(shell.err()).isZero();
    JsonNode json = JSON.readTree(shell.out());
    assertThat(json.at("/parts/train/rows").asLong()).isEqualTo(600);
    assertThat(json.at("/steps").asLong()).isEqualTo(20);
    assertThat(json.get("parameters").asLong()).isPositive();
    assertThat(json.get("step_flops_per_row").asLong())
        .isGreaterThan(2 * json.get("flops_per_row").asLong());
    assertThat(json.get("tables").findValuesAsText("name")).contains("user", "item");
  }

  @Test
  void plansAndChecksCountWhatEachKindOfTaskHas() throws IOException {
    Path run = shop.file("kinds.yaml");
    Files.writeString(
        run,
        """
        data: {train: train.csv, validation: validation.csv}
        features: {ids: [user]}
        tasks:
          what: {label: item, kind: multiclass}
          click: click
          buy: {label: buy, within: click}
          spent: {label: price, kind: regression}
        """);
    Object cache = directory.resolve("cache");
    Shell plan = Shell.run("plan", run, "--cache", cache);
    assertThat(plan.code()).as(plan.err()).isZero();
    List<String> train =
        plan.out().lines().filter(l -> l.strip().startsWith("train")).map(String::strip).toList();
    long clicks = count(plan.out(), 1);
    assertThat(train.get(0)).matches("train +what +600 +600");
    assertThat(train.get(1)).matches("train +click +600 +600 +" + clicks + " +0\\.\\d{4}");
    assertThat(train.get(2)).matches("train +buy +600 +" + clicks + " +\\d+ +0\\.\\d{4}");
    assertThat(train.get(3)).matches("train +spent +600 +600");
    Shell valid = Shell.run("validate", run, "--cache", cache);
    assertThat(valid.out()).contains("buy: train: 600 rows, " + clicks + " labels, ");
  }

  /** Positives in a line of the training part's table. */
  private static long count(String plan, int line) {
    return Long.parseLong(
        plan.lines()
            .filter(l -> l.strip().startsWith("train"))
            .toList()
            .get(line)
            .strip()
            .split(" +")[4]);
  }

  @Test
  void aProposalTrainsAsItIs() throws IOException {
    Shell shell = Shell.run("init", shop.file("train.csv"), "--labels", "click,buy");
    assertThat(shell.code()).as(shell.err()).isZero();
    Path run = shop.file("proposed.yaml");
    Files.writeString(run, shell.out());
    Shell valid = Shell.run("validate", run, "--cache", directory.resolve("cache"));
    assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
    assertThat(valid.out()).contains("nothing stands in the way");
  }

  @Test
  void aLeakIsFoundBeforeTraining() throws IOException {
    Path run = shop.file("leaky.yaml");
    Path rows = shop.file("leaky.csv");
    StringBuilder csv = new StringBuilder();
    Files.readAllLines(shop.file("train.csv"))
        .forEach(
            l ->
                csv.append(l)
                    .append(',')
                    .append(l.startsWith("user") ? "play" : l.split(",")[3] + "7")
                    .append('\n'));
    Files.writeString(rows, csv);
    Files.writeString(
        run,
        "data: {train: leaky.csv}\nfeatures: {ids: [user, play]}\ntasks: {click: click}\n"
            + "train: {early_stopping: null}\n");
    Shell shell = Shell.run("validate", run, "--cache", directory.resolve("cache"), "--json");
    assertThat(shell.code()).as(shell.out() + shell.err()).isEqualTo(ExitCode.BAD_DATA);
    JsonNode json = JSON.readTree(shell.out());
    assertThat(json.get("valid").asBoolean()).isFalse();
    assertThat(json.get("findings").findValuesAsText("subject")).contains("play");
  }

  @Test
  void everyModelIsListedWithItsOptions() throws IOException {
    Shell shell = Shell.run("models", "--json");
    JsonNode json = JSON.readTree(shell.out());
    assertThat(json.at("/body/ple/options/levels/default").asText()).isEqualTo("2");
    assertThat(json.fieldNames())
        .toIterable()
        .contains("bottom", "body", "head", "interaction", "balance");
    Shell mistyped = Shell.run("models", "plle");
    assertThat(mistyped.code()).isEqualTo(ExitCode.USAGE);
    assertThat(mistyped.err()).contains("nearest: ple");
    assertThat(json.at("/bottom/dtrn/options/tim/settings/heads/default").asText()).isEqualTo("2");
    assertThat(Shell.run("models", "dtrn", "dephn").out())
        .contains("tim.condition = hypernetwork")
        .contains("trm.squeeze = flatten")
        .contains("selection.gate_scope = structure")
        .contains("expert.residual = trainable");
    assertThat(Shell.run("models").out()).doesNotContain("tim.condition");
  }
}
