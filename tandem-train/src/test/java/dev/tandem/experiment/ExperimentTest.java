package dev.tandem.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.archive.SafetensorsFile;
import dev.tandem.config.ConfigException;
import dev.tandem.config.RunReader;
import dev.tandem.train.ComponentCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {
  private static final String BASE =
      """
      data:
        rows: rows.csv
        split: {by: random, validation: 0.25, test: 0.25}
      features: {numeric: {x: standardise}, ids: [u]}
      tasks: {click: click, like: likes}
      model: {towers: [4]}
      train: {epochs: 2, batch: 32, early_stopping: {metric: auc, patience: 1, task: like}, threads: 1}
      """;

  private static final String EXPERIMENT =
      """
      base: run.yaml
      models:
        single: {alone: true, model.body: {type: single_task, units: [4]}}
        mmoe: {model.body: {type: mmoe, experts: 2, expert_units: [4]}}
      seeds: 2
      baseline: single
      bootstrap: 20
      """;

  private static Path write(Path directory, String experiment) throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("u,x,click,likes\n");
    for (int i = 0; i < 400; i++) {
      double x = random.nextGaussian();
      int u = random.nextInt(9);
      rows.append(u).append(',').append(x).append(',');
      rows.append(x + random.nextGaussian() > 0 ? 1 : 0).append(',');
      rows.append(u % 2 + random.nextGaussian() > 0.5 ? 1 : 0).append('\n');
    }
    Files.writeString(directory.resolve("rows.csv"), rows);
    Files.writeString(directory.resolve("run.yaml"), BASE);
    return Files.writeString(directory.resolve("test.yaml"), experiment);
  }

  private static RunReader reader(Path directory) {
    return new RunReader(ComponentCatalog.all(), Map.of(), Optional.empty(), directory);
  }

  private static int run(Path directory, Optional<Integer> minutes, String... models) {
    Path out = directory.resolve("results");
    ExperimentRun.Options options =
        new ExperimentRun.Options(
            out,
            out.resolve("prepared"),
            Optional.empty(),
            Optional.empty(),
            minutes,
            Set.of(),
            Set.of(models));
    Experiment experiment = Experiment.read(directory.resolve("test.yaml"));
    return ExperimentRun.run(experiment, reader(directory), options, line -> {});
  }

  @Test
  void aKilledExperimentGoesOnWithTheRunItWasKilledInAndGivesTheSameMetrics(@TempDir Path directory)
      throws IOException {
    write(directory, EXPERIMENT);
    assertThat(run(directory, Optional.of(0))).isEqualTo(4);
    assertThat(run(directory, Optional.empty())).isZero();
    Path file = directory.resolve("results/runs.jsonl");
    List<RunRecord> whole = RunLog.read(file).records();
    assertThat(whole)
        .extracting(r -> r.key().model() + r.key().seed())
        .containsExactly("single1", "mmoe1", "single2", "mmoe2");
    assertThat(whole)
        .allSatisfy(r -> assertThat(r.test().keySet()).containsExactly("click", "like"));

    String text = Files.readString(file);
    String kept = text.substring(0, text.stripTrailing().lastIndexOf('\n') + 40);
    Files.writeString(file, kept);
    Files.createDirectories(directory.resolve("results/.work/leftover"));
    assertThat(run(directory, Optional.empty())).isZero();
    List<RunRecord> again = RunLog.read(file).records();
    assertThat(again.subList(0, 3)).isEqualTo(whole.subList(0, 3));
    assertThat(again.get(3).key()).isEqualTo(whole.get(3).key());
    assertThat(again.get(3).test()).isEqualTo(whole.get(3).test());
    assertThat(again).hasSize(4);

    Summary summary = Summarizer.write(directory.resolve("results"));
    assertThat(summary.tables())
        .extracting(Table::title)
        .contains("test: AUC against single, bootstrap of the test rows", "test: gain over single");
    // 20 are asked for, with which p could never be below 2 / 21; two tests at 0.05 need 160
    assertThat(summary.markdown()).contains("; 160 paired replicates, resampling");
    assertThat(directory.resolve("results/summary.md")).hasContent(summary.markdown());
    assertThat(directory.resolve("results/.work")).doesNotExist();
  }

  @Test
  void makesOnlyTheRunsOfModelsThatAreAskedFor(@TempDir Path directory) throws IOException {
    write(directory, EXPERIMENT);
    assertThatThrownBy(() -> run(directory, Optional.empty(), "ple"))
        .hasMessageContaining("no model 'ple'; there are single, mmoe");
    assertThat(run(directory, Optional.empty(), "mmoe")).isZero();
    assertThat(RunLog.read(directory.resolve("results/runs.jsonl")).records())
        .extracting(r -> r.key().model() + r.key().seed())
        .containsExactly("mmoe1", "mmoe2");
    assertThat(Summarizer.write(directory.resolve("results")).markdown()).contains("mmoe");
  }

  /** A purchase can only follow a click: its product is judged over all rows, in every table. */
  @Test
  void productsStandBesideTheTasksInEveryTable(@TempDir Path directory) throws IOException {
    write(
        directory,
        EXPERIMENT.replace(
            "seeds: 2",
            "  esmm: {model.head: esmm, model.body: {type: shared_bottom, bottom: [4]}}\nseeds: 2"));
    Path base = directory.resolve("run.yaml");
    Files.writeString(
        base,
        BASE.replace(
            "like: likes", "like: {label: click * likes, within: click, calibration: platt}"));
    assertThat(run(directory, Optional.empty())).isZero();
    List<RunRecord> runs = RunLog.read(directory.resolve("results/runs.jsonl")).records();
    assertThat(runs).hasSize(6);
    for (RunRecord run : runs) {
      assertThat(run.test().keySet()).containsExactly("click", "like", "ctcvr");
      assertThat(run.products()).isEqualTo(Map.of("ctcvr", List.of("click", "like")));
      assertThat(run.test().get("ctcvr").get("n")).isEqualTo(100);
      assertThat(run.test().get("like").get("n")).isLessThan(100);
      assertThat(run.validation().get("ctcvr")).containsKey("auc");
    }
    try (SafetensorsFile scores =
        SafetensorsFile.open(directory.resolve("results").resolve(runs.get(0).scores()))) {
      float[] click = scores.tensor("score.click").floats();
      float[] like = scores.tensor("score.like").floats();
      float[] joined = scores.tensor("score.ctcvr").floats();
      for (int r = 0; r < 100; r++) {
        assertThat(joined[r]).isCloseTo(click[r] * like[r], within(1e-6f));
      }
    }
    Summary summary = Summarizer.write(directory.resolve("results"));
    assertThat(summary.html()).contains("ctcvr auc", "ctcvr logloss");
    Table metrics = summary.tables().get(0);
    assertThat(metrics.header()).contains("ctcvr auc", "ctcvr logloss");
    assertThat(metrics.notes())
        .contains(
            "ctcvr: that click and like happen, judged on the 100 test rows where it is known.");
    for (String title : List.of("test: auc against single", "test: AUC against single")) {
      Table tests =
          summary.tables().stream().filter(t -> t.title().startsWith(title)).findFirst().get();
      assertThat(tests.rows()).extracting(row -> row.get(1)).contains("click", "like", "ctcvr");
    }
  }

  @Test
  void aRunIsBalancedAsItsConfigurationSays(@TempDir Path directory) throws IOException {
    write(
        directory,
        """
        base: run.yaml
        models:
          equal: {model.body: {type: mmoe, experts: 2, expert_units: [4]}}
          scaled: {model.body: {type: mmoe, experts: 2, expert_units: [4]}, train.balance: {static: [0.01, 1]}}
        seeds: 1
        bootstrap: 0
        """);
    assertThat(run(directory, Optional.empty())).isZero();
    List<RunRecord> runs = RunLog.read(directory.resolve("results/runs.jsonl")).records();
    assertThat(runs.get(1).test()).isNotEqualTo(runs.get(0).test());
    write(
        directory,
        """
        base: run.yaml
        models: {esmm: {model.head: esmm, train.balance: pcgrad}}
        """);
    assertThatThrownBy(() -> run(directory, Optional.of(0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model esmm on test")
        .hasMessageContaining("train.balance: found pcgrad");
  }

  @Test
  void gridsMultiply(@TempDir Path directory) throws IOException {
    Path file =
        write(
            directory,
            """
            base: run.yaml
            models: {single: {alone: true, model.body: single_task}}
            grid:
              - body: {mmoe: {model.body: mmoe}, ple: {model.body: {ple: {levels: 1}}}}
                rate: {slow: {}, fast: {train.optimizer.dense: {adam: 0.1}}}
            """);
    Experiment experiment = Experiment.read(file);
    assertThat(experiment.models())
        .extracting(Variant::name)
        .containsExactly("single", "mmoe + slow", "mmoe + fast", "ple + slow", "ple + fast");
    assertThat(experiment.models().get(4).settings())
        .containsExactly(
            "model.body={\"ple\": {\"levels\": 1}}", "train.optimizer.dense={\"adam\": 0.1}");
    assertThat(experiment.baseline()).isEqualTo("single");
    // A task trained alone cannot be stopped by another's metric.
    Variant data = experiment.data().get(0);
    assertThat(
            experiment
                .run(reader(directory), data, experiment.models().get(0), 7)
                .config()
                .train()
                .earlyStopping()
                .orElseThrow()
                .task())
        .isEmpty();
    assertThat(
            experiment
                .run(reader(directory), data, experiment.models().get(1), 7)
                .config()
                .train()
                .seed())
        .isEqualTo(7);
  }

  @Test
  void saysWhatIsWrong(@TempDir Path directory) throws IOException {
    Path unknownKey = write(directory, "base: run.yaml\nmodels: {a: {data.rows: x.csv}}\n");
    assertThatThrownBy(() -> Experiment.read(unknownKey))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("test.yaml:2 (models.a.data.rows): unknown key");
    Path noBaseline = write(directory, "base: run.yaml\nmodels: {a: {}}\nbaseline: b\n");
    assertThatThrownBy(() -> Experiment.read(noBaseline))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no model b; models: a");
    write(directory, "base: run.yaml\nmodels: {a: {model.body: {type: mmoe, expertz: 3}}}\n");
    assertThatThrownBy(() -> run(directory, Optional.of(0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model a on test")
        .hasMessageContaining("expertz");
    write(directory, "base: run.yaml\nmodels: {a: {}}\nmetrics: [auk]\n");
    assertThatThrownBy(() -> run(directory, Optional.of(0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no metric 'auk'");
  }
}
