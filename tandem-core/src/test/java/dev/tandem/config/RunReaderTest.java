package dev.tandem.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReaderTest {

  @Test
  void readsTheCensusRunWithItsDefaults() {
    RunConfig run = Samples.read(Samples.CENSUS);

    assertThat(run.data().train().orElseThrow().files())
        .containsExactly(Path.of("").toAbsolutePath() + "/census-income/train.parquet");
    assertThat(run.data().validation().orElseThrow().from()).contains("test");
    assertThat(run.data().validation().orElseThrow().fraction()).contains(0.5);
    assertThat(run.features().numeric()).containsOnlyKeys("age", "wage_per_hour", "weeks_worked");
    assertThat(run.features().numeric().get("age").encodings())
        .containsExactly(
            new NumericConfig.Standardise(10),
            new NumericConfig.QuantileBuckets(50, Optional.empty()));
    assertThat(run.tasks().get("income").label()).contains("income = '50000+.'");
    assertThat(run.tasks().get("income").kind()).isEqualTo(TaskKind.BINARY);
    assertThat(run.model().body().type()).isEqualTo("ple");
    assertThat(run.model().towers())
        .isEqualTo(
            new TowerConfig(List.of(32), TowerConfig.Activation.RELU, 0, TowerConfig.Norm.NONE));
    assertThat(run.train().optimizer().dense())
        .isEqualTo(new OptimizerConfig.Adam(0.001, 0.9, 0.999, 1e-8));
    assertThat(run.train().optimizer().embedding())
        .isEqualTo(new OptimizerConfig.Adagrad(0.05, 0.1, 1e-10));
    assertThat(run.train().earlyStopping())
        .contains(new EarlyStopping(Optional.of(MetricName.AUC), Optional.empty(), 3, 0));
    assertThat(run.train().balance().type()).isEqualTo("equal");
    assertThat(run.train().loss().norm()).isEqualTo(LossConfig.Norm.MASK_SUM);
    assertThat(Binder.component(run.model().body(), "body", Samples.catalog()))
        .isEqualTo(new Samples.Ple(2, List.of(64), new Samples.Mlp()));
  }

  @Test
  void readsEveryShortForm() {
    RunConfig run = Samples.read(Samples.RICH);

    assertThat(run.data().sources().get("log").files()).containsExactly("log/*.parquet");
    assertThat(run.data().sources().get("users").format().orElseThrow().delimiter()).contains("\t");
    assertThat(run.data().split()).containsInstanceOf(Split.Time.class);
    assertThat(run.features().numeric().get("age").encodings())
        .containsExactly(new NumericConfig.Log2Buckets(Optional.empty(), 1));
    assertThat(run.features().numeric().get("price").encodings())
        .containsExactly(
            new NumericConfig.Log(10),
            new NumericConfig.QuantileBuckets(20, Optional.empty()),
            new NumericConfig.Scaled(Optional.of(4)));
    assertThat(run.features().numeric().get("length").encodings()).hasSize(2);
    assertThat(run.features().crosses().get("who_when").columns())
        .containsExactly("user_id", "hour");
    assertThat(run.features().dense().get("picture").size()).isEqualTo(4);
    assertThat(run.features().sequences().get("watched").sequence()).isEqualTo("item_id");
    assertThat(run.tasks().get("click").label()).contains("is_click");
    assertThat(run.model().body()).extracting(Component::type).isEqualTo("mmoe");
    assertThat(Binder.component(run.model().body(), "body", Samples.catalog()))
        .isEqualTo(new Samples.Mmoe(4));
    assertThat(run.train().optimizer().dense())
        .isEqualTo(new OptimizerConfig.Adamw(0.001, 0.9, 0.999, 1e-8));
    assertThat(run.train().optimizer().embedding())
        .isEqualTo(new OptimizerConfig.RowwiseAdagrad(0.02, 0.1, 1e-10));
    assertThat(run.train().schedule()).isEqualTo(new Schedule(100, new Schedule.Cosine(0.1)));
    assertThat(run.train().earlyStopping()).isEmpty();
    assertThat(run.evaluation().bootstrap().orElseThrow().samples()).isEqualTo(200);
  }

  @Test
  void canonicalFormsReadBackToTheSameRun() {
    for (String text : List.of(Samples.CENSUS, Samples.RICH)) {
      RunConfig run = Samples.read(text);
      String json = Canonical.json(run, Samples.catalog());
      String yaml = Canonical.yaml(run, Samples.catalog());

      RunConfig again = Canonical.read(json, "config.json", RunConfig.class, Samples.catalog());
      assertThat(Canonical.json(again, Samples.catalog())).isEqualTo(json);
      assertThat(Canonical.json(Samples.read(yaml), Samples.catalog())).isEqualTo(json);
      assertThat(again.features()).isEqualTo(run.features());
      assertThat(again.data()).isEqualTo(run.data());
      assertThat(again.train()).isEqualTo(run.train());
      assertThat(json)
          .contains("\"early_stopping\"")
          .contains("\"experts\"".repeat(text.equals(Samples.RICH) ? 1 : 0));
    }
    assertThat(Canonical.json(Samples.read(Samples.CENSUS), Samples.catalog()))
        .contains("\"expert\" : {");
  }

  @Test
  void thePortableFormDoesNotDependOnWhereTheDataLies(@TempDir Path other) {
    LoadedRun here = Samples.reader().read(Samples.CENSUS, "run.yaml", List.of());
    LoadedRun there =
        new RunReader(
                Samples.catalog(),
                Map.of("TANDEM_DATA", other.toString()),
                Optional.empty(),
                Path.of(""))
            .read(Samples.CENSUS, "run.yaml", List.of());

    assertThat(there.config()).isNotEqualTo(here.config());
    assertThat(there.portable()).isEqualTo(here.portable());
    assertThat(here.portable().data().train().orElseThrow().files())
        .containsExactly("${data}/census-income/train.parquet");
  }

  @Test
  void findsTheDataDirectoryBesideTheProject(@TempDir Path place) throws IOException {
    Path data = Files.createDirectories(place.resolve("shared/data"));
    Path project = Files.createDirectories(place.resolve("project"));
    RunReader reader = new RunReader(Catalog.empty(), Map.of(), Optional.empty(), project);

    assertThat(reader.dataDirectory()).contains(data.toString());
  }

  /** Not relative to the file that says {@code ${data}}, as the paths in it are. */
  @Test
  void aDataDirectoryIsRelativeToTheCurrentDirectory(@TempDir Path place) throws IOException {
    Path file = Files.writeString(place.resolve("run.yaml"), Samples.CENSUS);
    Path here = Path.of("src");
    String train = here.toAbsolutePath() + "/census-income/train.parquet";
    for (RunReader reader :
        List.of(
            new RunReader(Samples.catalog(), Map.of("SEED", "1"), Optional.of(here), Path.of("")),
            new RunReader(
                Samples.catalog(),
                Map.of("SEED", "1", "TANDEM_DATA", "src"),
                Optional.empty(),
                Path.of("")))) {
      assertThat(reader.read(file, List.of()).config().data().train().orElseThrow().files())
          .containsExactly(train);
    }
  }

  @Test
  void filesAreRelativeToTheConfigurationThatNamesThem(@TempDir Path place) throws IOException {
    Path file = place.resolve("run.yaml");
    Files.writeString(
        file,
        """
        data:
          sources: {log: [a.csv, /b.csv], users: {files: u/*.csv}}
          train: train.parquet
          validation: "s3://bucket/validation.parquet"
          test: test.parquet
        features: {ids: a}
        tasks: [b]
        """);
    LoadedRun run = Samples.reader().read(file, List.of("data.test=here.parquet"));
    DataConfig data = run.config().data();

    assertThat(data.train().orElseThrow().files()).containsExactly(place + "/train.parquet");
    assertThat(data.validation().orElseThrow().files())
        .containsExactly("s3://bucket/validation.parquet");
    assertThat(data.test().orElseThrow().files()).containsExactly("here.parquet");
    assertThat(data.sources().get("log").files()).containsExactly(place + "/a.csv", "/b.csv");
    assertThat(data.sources().get("users").files()).containsExactly(place + "/u/*.csv");
    assertThat(run.portable().data().train().orElseThrow().files())
        .containsExactly("train.parquet");
  }

  @Test
  void variablesOverridesAndTheirTypes() {
    RunConfig run =
        Samples.read(
            Samples.CENSUS,
            "train.seed=${SEED}",
            "train.batch=${BATCH:-77}",
            "model.body.levels=3",
            "train.optimizer.dense={sgd: 0.5}",
            "features.numeric=[age]",
            "tasks.income.weight=2",
            "features.ids.except[0]=age");

    assertThat(run.train().seed()).isEqualTo(42);
    assertThat(
            Samples.read(Samples.CENSUS.replace("seed: 1}", "seed: \"${SEED}\"}")).train().seed())
        .isEqualTo(42);
    assertThat(run.train().batch()).isEqualTo(77);
    assertThat(run.train().optimizer().dense()).isEqualTo(new OptimizerConfig.Sgd(0.5, 0));
    assertThat(Binder.component(run.model().body(), "body", Samples.catalog()))
        .isEqualTo(new Samples.Ple(3, List.of(64), new Samples.Mlp()));
    assertThat(run.features().numeric()).containsOnlyKeys("age");
    assertThat(run.tasks().get("income").weight()).isEqualTo(2);
    assertThat(run.features().ids().except()).containsExactly("age");
  }

  @Test
  void overridesThatDoNotFitSayWhy() {
    assertThat(problems(Samples.CENSUS, "train.sede=7"))
        .startsWith(
            "--set train.sede=7 (train.sede): unknown key; nearest: seed; allowed: epochs, steps, batch");
    assertThat(problems(Samples.CENSUS, "train.seed.x=7"))
        .isEqualTo(
            "--set train.seed.x=7 (train.seed.x): train.seed is \"1\", which has no key x; set train.seed as a whole");
    assertThat(problems(Samples.CENSUS, "seed"))
        .isEqualTo("--set seed: expected path=value, as in train.seed=7");
    assertThat(problems(Samples.CENSUS, "features.numeric[9]=x"))
        .contains("features.numeric is a list of 3");
    assertThat(problems(Samples.CENSUS, "train.batch=many"))
        .isEqualTo(
            "--set train.batch=many (train.batch): expected a whole number from 1 to 1048576, found \"many\"");
  }

  @Test
  void unknownKeysNameTheNearestAndTheAllowed() {
    String text =
        Samples.CENSUS.replace("levels: 2", "levles: 2").replace("  validation:", "  valdation:");

    assertThat(problems(text).lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "run.yaml:4 (data.valdation): unknown key; nearest: validation; allowed: "))
        .contains(
            "run.yaml:12 (model.body.levles): unknown key; nearest: levels; allowed: levels, expert_units, expert");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    String text =
        """
        data: {train: a.csv, split: {by: tiem}}
        features: {ids: a, numeric: {b: [logg]}, dim: 0}
        tasks: {click: {within: clik, kind: binray}}
        train: {batch: "12", optimizer: {dense: {adma: 1}}, shuffle: yes, epochs: 1.5, clip_norm: .inf}
        model: {body: plee}
        """;

    assertThat(problems(text).lines())
        .containsExactlyInAnyOrder(
            "run.yaml:1 (data.split): no split is named tiem; nearest: time; allowed: time, column, random",
            "run.yaml:2 (features.numeric.b[0]): no encoding is named logg; nearest: log; allowed: standardise, log,"
                + " log2_buckets, quantile_buckets, scaled",
            "run.yaml:2 (features.dim): expected a whole number from 1 to 4096, found 0",
            "run.yaml:3 (tasks.click.kind): expected one of binary, regression, multiclass, found binray; nearest: binary",
            "run.yaml:4 (train.batch): expected a whole number from 1 to 1048576, found \"12\" in quotes",
            "run.yaml:4 (train.optimizer.dense.adma): no dense is named adma; nearest: adam; allowed: adam, adamw, sgd",
            "run.yaml:4 (train.shuffle): expected true or false, found \"yes\"",
            "run.yaml:4 (train.epochs): expected a whole number from 1 to 1000000, found \"1.5\"",
            "run.yaml:4 (train.clip_norm): expected a number of at least 1.0E-12, found \".inf\"",
            "run.yaml:5 (model.body): no body is named plee; nearest: ple; allowed: mmoe, ple");
  }

  @Test
  void wrongShapesAreNamed() {
    assertThat(problems(Samples.CENSUS.replace("[32]", "{units: {a: 1}}")))
        .isEqualTo("run.yaml:13 (model.towers.units): expected a list, found a mapping with a");
    assertThat(problems("data: {train: {}}\nfeatures: [a]\ntasks: {a: b}\n"))
        .contains("run.yaml:2 (features): expected a mapping with numeric, ids,")
        .contains("found a list of 1");
    assertThat(problems("features: {ids: a}\ntasks: {a: b}\n"))
        .isEqualTo("run.yaml:1: the key data is missing; it takes a mapping");
  }

  @Test
  void textThatIsNotYamlIsExplained() {
    assertThat(problems(""))
        .isEqualTo("run.yaml: is empty; a run needs at least data, features and tasks");
    assertThat(problems("# nothing\n")).startsWith("run.yaml: is empty");
    assertThat(problems("- a\n")).contains("at the top, found a list of 1");
    assertThat(problems("data:\n\ttrain: a\n"))
        .startsWith("run.yaml:2: not valid YAML: ")
        .endsWith("indent with spaces");
    assertThat(problems("data: {train: a\n")).startsWith("run.yaml:").contains("not valid YAML");
    assertThat(problems("a: 1\n---\nb: 2\n")).contains("not valid YAML");
    assertThat(problems(Samples.CENSUS + "train: {}\n"))
        .isEqualTo("run.yaml:15 (train): the key is given twice, first in line 14; keep one");
    assertThat(problems("data: !secret x\n")).contains("the tag !secret is not used here");
    assertThat(problems("? [a, b]\n: c\n")).contains("a key must be a plain name");
  }

  @Test
  void aliasesWorkAndEndlessOnesAreRefused() {
    String shared =
        Samples.CENSUS.replace(
            "dense: {adam: 0.001}, embedding: {adagrad: {lr: 0.05}}",
            "dense: &o {adam: 0.01}, embedding: *o");

    assertThat(Samples.read(shared).train().optimizer().embedding().lr()).isEqualTo(0.01);
    assertThat(problems("data: &a {train: *a}\n")).contains("nested more than 100 deep");
  }

  @Test
  void missingVariablesAreNamed() {
    assertThat(problems(Samples.CENSUS.replace("seed: 1}", "seed: \"${NOPE}\"}")))
        .contains("run.yaml:14 (train.seed): ${NOPE} is not set in the environment");
    RunReader lost = new RunReader(Catalog.empty(), Map.of(), Optional.empty(), Path.of("/"));
    assertThatThrownBy(() -> lost.read(Samples.CENSUS, "run.yaml", List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "run.yaml:2 (data.train): ${data} is used, but there is no data directory; give --data DIR");
    assertThat(
            Samples.read(Samples.CENSUS.replace("${data}/census-income/test", "$${x}/test"))
                .data()
                .test())
        .hasValueSatisfying(part -> assertThat(part.files()).containsExactly("${x}/test.parquet"));
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path directory) throws IOException {
    Path absent = directory.resolve("absent.yaml");
    assertThatThrownBy(() -> Samples.reader().read(absent, List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(absent + ": there is no such file");
    assertThatThrownBy(() -> Samples.reader().read(directory, List.of()))
        .hasMessageContaining("it is a directory");
    Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xC3, 0x28});
    assertThatThrownBy(() -> Samples.reader().read(binary, List.of()))
        .hasMessageContaining("is not UTF-8 text");
    RunReader wrong = new RunReader(Catalog.empty(), Map.of(), Optional.of(absent), directory);
    assertThatThrownBy(() -> wrong.read(Samples.CENSUS, "run.yaml", List.of()))
        .hasMessage("--data names " + absent + ", which is not a directory");
  }

  @Test
  void contradictionsAreFoundBeforeTheDataIs() {
    assertThat(problems(Samples.CENSUS.replace("from: test", "from: tset")))
        .isEqualTo(
            "run.yaml:4 (data.validation.from): no part or source is named tset; nearest: test; there are: train, test");
    assertThat(problems(Samples.CENSUS.replace("fraction: 0.5, stratify: income, ", "")))
        .contains("would take all rows of test");
    assertThat(problems(Samples.CENSUS.replace("  train: ${data}/", "  rows: ${data}/")))
        .contains("must be divided by a split");
    assertThat(problems(Samples.CENSUS.replace("income: {label", "income: {within: incme, label")))
        .contains("(tasks.income.within): no task is named incme; nearest: income");
    assertThat(problems(Samples.CENSUS.replace("income: {label", "income: {within: income, label")))
        .contains("leads back to income");
    assertThat(problems(Samples.CENSUS.replace("metric: auc", "metric: rmse")))
        .contains(
            "(train.early_stopping.metric): rmse does not exist for income, a binary task; metrics of such a task: auc");
    assertThat(problems(Samples.CENSUS.replace("metric: auc", "metric: gauc")))
        .contains("gauc needs groups");
    assertThat(
            problems(
                Samples.RICH.replace("validation: 0.1, test: 0.1", "validation: 0.5, test: 0.5")))
        .contains("nothing is left to train on");
    assertThat(problems(Samples.RICH.replace("within: click", "within: stay")))
        .contains("stay is not a binary task");
    assertThat(
            problems(
                Samples.CENSUS.replace(
                    "  train: ${data}/census-income/train.parquet", "  train: {sql: a, files: b}")))
        .contains("expected exactly one of files, sql and from, found 2 of them");
  }

  private static String problems(String text, String... settings) {
    try {
      Samples.read(text, settings);
    } catch (ConfigException e) {
      return e.getMessage();
    }
    throw new AssertionError("no problem was found in\n" + text);
  }
}
