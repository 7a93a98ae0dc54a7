package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour sequences from an event log and from text columns, by the real commands. */
class HistoriesTest {
  private static final String LOG =
      """
      data:
        sources: {log: events.csv}
        train: train.csv
        validation: validation.csv
      features:
        ids: {columns: [user, item], min_count: 1}
        sequences:
          bought: {sequence: item, max: 5, time: time, events: {source: log, user: user, time: time, where: kind = 'buy'}}
          seen: {sequence: item, max: 5, time: time, events: {source: log, user: user, time: time, where: kind = 'view'}}
      tasks: [click]
      model: {body: {type: ple, levels: 1, task_experts: 1, shared_experts: 1, expert_units: [8]}, towers: [4]}
      train: {epochs: 2, batch: 64, seed: 3}
      """;

  private static final String TEXT =
      """
      data: {train: text.csv}
      features:
        ids: {columns: [user, item], min_count: 1}
        sequences:
          seen: {sequence: item, max: 5, separator: "|", time: seen_at, now: time}
      tasks: [click]
      model: {body: {type: ple, levels: 1, task_experts: 1, shared_experts: 1, expert_units: [8]}, towers: [4]}
      train: {epochs: 2, batch: 64, seed: 3, early_stopping: null}
      """;

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(5);
    StringBuilder events = new StringBuilder("kind,user,time,item\n");
    for (int i = 0; i < 900; i++) {
      events.append(random.nextInt(4) == 0 ? "buy" : "view").append(",u");
      events.append(random.nextInt(25)).append(',').append(random.nextInt(1000));
      events.append(",i").append(random.nextInt(10)).append('\n');
    }
    Files.writeString(directory.resolve("events.csv"), events);
    for (String part : new String[] {"train", "validation"}) {
      StringBuilder rows = new StringBuilder("user,time,item,click\n");
      for (int i = 0; i < 400; i++) {
        rows.append('u').append(random.nextInt(27)).append(',').append(random.nextInt(1000));
        rows.append(",i").append(random.nextInt(10)).append(',');
        rows.append(random.nextInt(2)).append('\n');
      }
      Files.writeString(directory.resolve(part + ".csv"), rows);
    }
  }

  private Path run(String yaml) throws IOException {
    return Files.writeString(directory.resolve("run.yaml"), yaml);
  }

  private Path text(String lateTimes) throws IOException {
    StringBuilder rows = new StringBuilder("user,item,time,seen,seen_at,click\n");
    for (int i = 0; i < 200; i++) {
      rows.append('u').append(i % 9).append(",i").append(i % 10).append(",100,i1|i2,");
      rows.append(i == 7 ? lateTimes : "20|90").append(',').append(i / 3 % 2).append('\n');
    }
    Files.writeString(directory.resolve("text.csv"), rows);
    return run(TEXT);
  }

  @Test
  void aLogIsJoinedTrainedOnAndPassesTheLeakCheck() throws IOException {
    Path cache = directory.resolve("cache");
    Path model = directory.resolve("model");
    Shell train = Shell.run("train", run(LOG), "--out", model, "--cache", cache, "--report");
    assertThat(train.code()).as(train.err()).isZero();
    Path page = model.resolve("report.html");
    assertThat(train.out()).endsWith("one page for a browser: " + page + System.lineSeparator());
    String drawn = Files.readString(page);
    Files.delete(page);
    Shell again =
        Shell.run("train", run(LOG), "--out", model, "--cache", cache, "--report", "--resume");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("finished model of this very run", page.toString());
    assertThat(Files.readString(page)).isEqualTo(drawn).contains("\"reliability\"");
    assertThat(train.err())
        .contains("they were sorted by time")
        .contains("sequence seen:")
        .contains("more steps than max");
    Shell validate = Shell.run("validate", run(LOG), "--cache", cache);
    assertThat(validate.code()).as(validate.out() + validate.err()).isZero();
    assertThat(validate.out()).contains("they were sorted by time");
  }

  /** Commands that read rows take the log where training found it, while it is there. */
  @Test
  void everyCommandThatReadsRowsFindsTheLog() throws IOException {
    Path model = directory.resolve("model");
    Path log = directory.resolve("events.csv");
    Path rows = directory.resolve("validation.csv");
    Path page = directory.resolve("report.html");
    Shell train =
        Shell.run("train", run(LOG), "--out", model, "--cache", directory.resolve("cache"));
    assertThat(train.code()).as(train.err()).isZero();
    Shell there = Shell.run("evaluate", model, "--data", rows, "--json");
    assertThat(there.code()).as(there.err()).isZero();
    assertThat(there.err())
        .contains("histories are joined from source log: " + log)
        .contains("they were sorted by time")
        .contains("rows with more steps than max");
    Path moved = Files.move(log, directory.resolve("moved.csv"));
    Shell gone = Shell.run("evaluate", model, "--data", rows);
    assertThat(gone.code()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(gone.complaint())
        .contains("sequence bought", "bought.item", "there is no file " + log, "--source log=");
    String source = "log=" + moved;
    Shell given = Shell.run("evaluate", model, "--data", rows, "--json", "--source", source);
    assertThat(given.out()).isEqualTo(there.out());
    List<Object[]> commands =
        List.of(
            new Object[] {"report", model, "--data", rows, "--out", page},
            new Object[] {"compare", model, model, "--data", rows, "--resamples", 5},
            new Object[] {"inspect", model, "--gates", "--data", rows},
            new Object[] {
              "figure", "confidences", model, "--data", rows, "--out", directory.resolve("figures")
            },
            new Object[] {
              "data",
              "second-task",
              model,
              "--train",
              rows,
              "--validation",
              rows,
              "--test",
              rows,
              "--function",
              "IDENTITY",
              "--out",
              directory.resolve("made")
            });
    for (Object[] command : commands) {
      Shell without = Shell.run(command);
      assertThat(without.complaint()).contains("--source log=");
      Object[] with = Arrays.copyOf(command, command.length + 2);
      with[command.length] = "--source";
      with[command.length + 1] = source;
      Shell shell = Shell.run(with);
      assertThat(shell.code()).as(shell.err()).isZero();
    }
    Shell misspelt =
        Shell.run("evaluate", model, "--data", rows, "--json", "--source", "lug=" + moved);
    assertThat(misspelt.code()).isEqualTo(ExitCode.USAGE);
    assertThat(misspelt.complaint()).contains("source lug", "it joins from log");
  }

  /** Judged and scored with the log beside the rows: as at training time, and nothing is added. */
  @Test
  void aLogStandsBesideTheRowsThatAreScored() throws IOException {
    Path model = directory.resolve("model");
    Path log = directory.resolve("events.csv");
    Shell train =
        Shell.run(
            "train", run(LOG), "--out", model, "--cache", directory.resolve("cache"), "--json");
    assertThat(train.code()).as(train.err()).isZero();
    Path rows = directory.resolve("validation.csv");
    Shell evaluate =
        Shell.run("evaluate", model, "--data", rows, "--source", "log=" + log, "--json");
    assertThat(evaluate.code()).as(evaluate.err()).isZero();
    ObjectMapper json = new ObjectMapper();
    double trained =
        json.readTree(train.out()).at("/validation/tasks/click/logloss").asDouble(Double.NaN);
    assertThat(json.readTree(evaluate.out()).at("/tasks/click/logloss").asDouble())
        .isCloseTo(trained, within(1e-6));
    Path scored = directory.resolve("scored.csv");
    Shell predict =
        Shell.run("predict", model, "--in", rows, "--out", scored, "--source", "log=" + log);
    assertThat(predict.code()).as(predict.err()).isZero();
    assertThat(Files.readAllLines(scored))
        .hasSize(401)
        .first()
        .isEqualTo("user,time,item,click,predicted_click");
  }

  @Test
  void textColumnsWithALateStepFailTheLeakCheck() throws IOException {
    Path cache = directory.resolve("cache");
    Shell good = Shell.run("validate", text("20|90"), "--cache", cache);
    assertThat(good.code()).as(good.out() + good.err()).isZero();
    Shell late = Shell.run("validate", text("20|100"), "--cache", cache);
    assertThat(late.code()).as(late.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(late.out())
        .contains("error: seen: holds an event that is not earlier than its row")
        .contains("1 of 200 train rows")
        .contains("text.csv:8")
        .contains("training would be misled");
  }

  /** Too long, unsorted, of unequal columns, with items that training never saw. */
  @Test
  void damagedHistoriesAreCountedSortedOrSetAside() throws IOException {
    text("20|90");
    Path rows = directory.resolve("text.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(rows));
    lines.set(3, "u1,i1,100,i1|i2|i3|i4|i5|i6|i7,1|2|3|4|5|6|7,1"); // two more than max
    lines.set(5, "u1,i1,100,i1|i2,90|20,0"); // the newest first
    lines.set(9, "u1,i1,100,i1|i2|i3,20|90,1"); // three items, two times
    Files.write(rows, lines);
    Path model = directory.resolve("model");
    Path cache = directory.resolve("cache");
    Path run = directory.resolve("run.yaml");
    Shell train = Shell.run("train", run, "--out", model, "--cache", cache);
    assertThat(train.code()).as(train.err()).isZero();
    assertThat(train.err())
        .contains("sequence seen: 1 of 199 train rows have more steps than max; the most recent")
        .contains("sequence seen: the steps of 1 of 199 train rows were not in order")
        .contains("1 rows were set aside, see rejects.csv");
    try (Stream<Path> files = Files.walk(cache)) {
      Path rejects = files.filter(f -> f.endsWith("rejects.csv")).findFirst().orElseThrow();
      assertThat(Files.readString(rejects)).contains("text.csv", "seen");
    }
    Path few = directory.resolve("few.csv");
    Files.writeString(
        few,
        """
        user,item,time,seen,seen_at,click
        u1,i1,100,i3|i4|i5|i6|i7,3|4|5|6|7,1
        u1,i1,100,i1|i2|i3|i4|i5|i6|i7,1|2|3|4|5|6|7,1
        u1,i1,100,i2|i1,20|90,1
        u1,i1,100,i1|i2,90|20,1
        u1,i1,100,i1|never,20|90,1
        u1,i1,100,i1|neither,20|90,1
        """);
    Path scored = directory.resolve("scored.jsonl");
    Shell predict = Shell.run("predict", model, "--in", few, "--out", scored, "--json");
    assertThat(predict.code()).as(predict.err()).isZero();
    assertThat(new ObjectMapper().readTree(predict.out()).get("unseen").toString())
        .containsPattern("\"seen[^\"]*\":2");
    List<String> predicted =
        Files.readAllLines(scored).stream()
            .map(l -> l.replaceAll(".*predicted_click", ""))
            .toList();
    assertThat(predicted.get(1)).isEqualTo(predicted.get(0));
    assertThat(predicted.get(3)).isEqualTo(predicted.get(2));
    assertThat(predicted.get(5)).isEqualTo(predicted.get(4));
    assertThat(predicted.get(2)).isNotEqualTo(predicted.get(0));
  }

  @Test
  void aLogThatDoesNotFitIsRefused() throws IOException {
    Path cache = directory.resolve("cache");
    Path out = directory.resolve("model");
    Shell source =
        Shell.run(
            "train",
            run(LOG.replace("source: log", "source: lug")),
            "--out",
            out,
            "--cache",
            cache);
    assertThat(source.code()).as(source.err()).isEqualTo(ExitCode.USAGE);
    assertThat(source.complaint()).contains("features.sequences.bought.events.source", "log");
    Shell where =
        Shell.run(
            "train",
            run(LOG.replace("kind = 'buy'", "kid = 'buy'")),
            "--out",
            out,
            "--cache",
            cache);
    assertThat(where.code()).as(where.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(where.complaint())
        .contains("sequence bought", "kid = 'buy'")
        .doesNotContain("\tat ");
    assertThat(out.resolve("manifest.json")).doesNotExist();
  }
}
