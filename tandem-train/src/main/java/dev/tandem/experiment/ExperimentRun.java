package dev.tandem.experiment;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Build;
import dev.tandem.archive.WriteLock;
import dev.tandem.balance.Balancing;
import dev.tandem.balance.Equal;
import dev.tandem.config.Binder;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.Column;
import dev.tandem.config.ConfigException;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.Resolver;
import dev.tandem.config.RunConfig;
import dev.tandem.config.RunReader;
import dev.tandem.feature.EncodedData;
import dev.tandem.graph.Cost;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Ingest;
import dev.tandem.ingest.PreparedData;
import dev.tandem.ingest.Progress;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.Metrics;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Task;
import dev.tandem.train.Blueprint;
import dev.tandem.train.Calibrating;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.Judge;
import dev.tandem.train.Networks;
import dev.tandem.train.PredictionSink;
import dev.tandem.train.TrainedModel;
import dev.tandem.train.Trainer;
import dev.tandem.train.TrainingJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Makes the runs of an experiment that have not been made yet. Each is an ordinary training, its
 * state chosen on the validation part alone; what came of it is one line of {@code runs.jsonl}, so
 * that a killed experiment goes on with the run that it was killed in.
 */
public final class ExperimentRun {
  private final Experiment experiment;
  private final RunReader reader;
  private final Options options;
  private final Notices notices;
  private final Catalog catalog = ComponentCatalog.all();
  private final Map<String, PreparedData> prepared = new HashMap<>();

  private ExperimentRun(Experiment experiment, RunReader reader, Options options, Notices notices) {
    this.experiment = experiment;
    this.reader = reader;
    this.options = options;
    this.notices = notices;
  }

  /**
   * Where and how much.
   *
   * @param out directory of the results; made if needed
   * @param cache directory of prepared data
   * @param seeds seeds per model; empty: as the experiment says
   * @param rows training rows at most, drawn uniformly; empty: all
   * @param minutes no run begins after so many; empty: until all are done
   * @param data names of the data sets whose runs are made; empty: all
   * @param models names of the models whose runs are made; empty: all
   */
  public record Options(
      Path out,
      Path cache,
      Optional<Integer> seeds,
      Optional<Long> rows,
      Optional<Integer> minutes,
      Set<String> data,
      Set<String> models) {

    public Options {
      data = Set.copyOf(data);
      models = Set.copyOf(models);
    }

    private boolean wants(RunRecord.Key key) {
      return (data.isEmpty() || data.contains(key.data()))
          && (models.isEmpty() || models.contains(key.model()));
    }
  }

  /** A run that is due. */
  private record Due(RunRecord.Key key, Variant data, Variant model, RunConfig config) {}

  /**
   * Makes the runs.
   *
   * @param say hears lines for a person
   * @return the runs that are still missing, when the time was up
   * @throws ConfigException when a model, a metric or the data of the experiment is wrong, before
   *     anything is trained
   */
  public static int run(
      Experiment experiment, RunReader reader, Options options, Consumer<String> say) {
    return new ExperimentRun(experiment, reader, options, new Notices(say)).run();
  }

  private int run() {
    checkMetrics();
    checkNames("data set", options.data(), experiment.data());
    checkNames("model", options.models(), experiment.models());
    try {
      Files.createDirectories(options.out());
      try (WriteLock lock = WriteLock.acquire(options.out())) {
        List<Due> all = plan();
        RunLog log = RunLog.open(lock.directory().resolve("runs.jsonl"));
        if (log.droppedHalfLine()) {
          notices.say("the last line of runs.jsonl was half written; that run is made again");
        }
        return make(all, log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int make(List<Due> all, RunLog log) throws IOException {
    Set<RunRecord.Key> finished =
        log.records().stream().map(RunRecord::key).collect(Collectors.toSet());
    List<Due> wanted = all.stream().filter(d -> options.wants(d.key())).toList();
    List<Due> due = wanted.stream().filter(d -> !finished.contains(d.key())).toList();
    notices.begin(
        wanted.size(), wanted.size() - due.size(), due.stream().map(d -> name(d)).toList());
    long start = System.nanoTime();
    for (int i = 0; i < due.size(); i++) {
      if (options.minutes().isPresent()
          && System.nanoTime() - start > TimeUnit.MINUTES.toNanos(options.minutes().get())) {
        notices.say("the time is up; the same command goes on with the rest");
        return due.size() - i;
      }
      Due next = due.get(i);
      notices.runBegins(name(next), next.key().seed());
      RunRecord record = train(next);
      log.append(record);
      notices.runEnds(name(next), record);
    }
    return 0;
  }

  private static String name(Due due) {
    return due.data().name() + ", " + due.model().name();
  }

  private void checkNames(String what, Set<String> wanted, List<Variant> there) {
    List<String> names = there.stream().map(Variant::name).toList();
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new ConfigException(
            "%s has no %s '%s'; there are %s"
                .formatted(experiment.file(), what, name, String.join(", ", names)));
      }
    }
  }

  private void checkMetrics() {
    for (String metric : experiment.config().metrics()) {
      try {
        Metrics.all().get(metric);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(experiment.file() + " (metrics): " + e.getMessage(), e);
      }
    }
  }

  /** Every run, checked and with its data prepared; seeds turn slowest. */
  private List<Due> plan() throws IOException {
    int seeds = options.seeds().orElse(experiment.config().seeds());
    Variant first = experiment.models().get(0);
    for (Variant data : experiment.data()) {
      prepared.put(data.name(), prepare(data, experiment.run(reader, data, first, 1).config()));
      for (Variant model : experiment.models()) {
        check(data, model);
      }
    }
    List<Due> due = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      for (Variant data : experiment.data()) {
        for (Variant model : experiment.models()) {
          LoadedRun run = experiment.run(reader, data, model, seed);
          due.add(new Due(key(data, model, seed, run), data, model, run.config()));
        }
      }
    }
    new Plan(
            experiment.name(),
            experiment.models().stream().map(Variant::name).toList(),
            experiment.baseline(),
            experiment
                .config()
                .single()
                .or(
                    () ->
                        experiment.models().stream()
                            .filter(Variant::alone)
                            .map(Variant::name)
                            .findFirst()),
            experiment.config().metrics(),
            experiment.config().alpha(),
            experiment.config().bootstrap(),
            due.stream().map(Due::key).toList())
        .write(options.out());
    return due;
  }

  private PreparedData prepare(Variant data, RunConfig config) {
    notices.say("preparing " + data.name());
    Ingest ingest = new Ingest(options.cache(), EngineLimits.standard(), Progress.SILENT);
    List<Column> columns =
        ingest.columns(config.data()).stream().map(c -> new Column(c.name(), c.sqlType())).toList();
    Schema schema = Resolver.resolve(config, columns).schema();
    PreparedData ready = ingest.prepare(config.data(), schema);
    if (ready.validation().isEmpty() || ready.test().isEmpty()) {
      throw new ConfigException(
          experiment.file()
              + ": data "
              + data.name()
              + " has no "
              + (ready.test().isEmpty() ? "test" : "validation")
              + " part; a comparison chooses on one and judges on the other");
    }
    return ready;
  }

  private PreparedData prepared(Variant data) {
    return Objects.requireNonNull(prepared.get(data.name()));
  }

  /** Builds the model once, so that what is wrong with it shows before anything is trained. */
  private void check(Variant data, Variant model) {
    PreparedData ready = prepared(data);
    RunConfig config = experiment.run(reader, data, model, 1).config();
    MultiTaskModel network = Networks.of(config.model(), catalog);
    List<Task> tasks = ready.preprocessor().tasks();
    try {
      network.training(ready.layout(), model.alone() ? List.of(alone(tasks.get(0))) : tasks);
      Networks.check(config, catalog, tasks);
    } catch (IllegalArgumentException | ConfigException e) {
      throw new ConfigException(
          experiment.file()
              + ": model "
              + model.name()
              + " on "
              + data.name()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private RunRecord.Key key(Variant data, Variant model, long seed, LoadedRun run) {
    // The number of threads changes no result.
    String settings =
        Canonical.json(run.portable(), catalog).replaceAll("\"threads\" : [0-9]+", "\"threads\"");
    String hash = sha256(settings + "\nalone " + model.alone() + "\nrows " + options.rows());
    return new RunRecord.Key(data.name(), model.name(), seed, hash, prepared(data).fingerprint());
  }

  /** One run: one training of all tasks together, or one of each. */
  private RunRecord train(Due due) throws IOException {
    PreparedData ready = prepared(due.data());
    Blueprint whole =
        Blueprint.of(ready.preprocessor(), Networks.of(due.config().model(), catalog));
    TestScores scores = new TestScores(whole, ready.test().orElseThrow().rows());
    Outcome outcome = due.model().alone() ? alone(due, whole) : joint(due, whole);
    Judge judge = new Judge(whole, due.config().evaluation());
    Evaluation validation = judge.evaluate(outcome.validation, false);
    Evaluation test =
        judge.evaluate(
            sink ->
                outcome.test.accept(
                    (rows, predictions) -> {
                      scores.add(rows, predictions);
                      sink.accept(rows, predictions);
                    }),
            false);
    String file = "scores/" + due.key().configHash().substring(0, 16) + ".safetensors";
    scores.writeScores(options.out().resolve(file));
    scores.writeTruth(truth(options.out(), due.key()));
    Build build = Build.current();
    return new RunRecord(
        due.key(),
        outcome.cost,
        RunRecord.metrics(validation),
        RunRecord.metrics(test),
        RunRecord.products(whole.products()),
        file,
        build.version() + " (" + build.revision() + ")");
  }

  /**
   * What the trainings of one run give together.
   *
   * @param cost of all of them
   * @param validation hands out the validation part's rows with their predictions
   * @param test hands out the test part's
   */
  private record Outcome(
      RunRecord.Cost cost, Consumer<PredictionSink> validation, Consumer<PredictionSink> test) {}

  private Outcome joint(Due due, Blueprint whole) throws IOException {
    PreparedData ready = prepared(due.data());
    Trained trained = train(due, whole, rows -> rows);
    return new Outcome(
        trained.cost,
        sink -> trained.model.predict(ready.validation().orElseThrow(), sink),
        sink -> trained.model.predict(ready.test().orElseThrow(), sink));
  }

  /** One network per task, each gone before the next is trained. */
  private Outcome alone(Due due, Blueprint whole) throws IOException {
    PreparedData ready = prepared(due.data());
    Together validation = new Together(whole, ready.validation().orElseThrow());
    Together test = new Together(whole, ready.test().orElseThrow());
    Optional<RunRecord.Cost> cost = Optional.empty();
    for (int k = 0; k < whole.tasks().size(); k++) {
      int task = k;
      UnaryOperator<EncodedData> view = rows -> new OneTask(rows, whole.tasks().size(), task);
      List<Task> one = List.of(alone(whole.tasks().get(k)));
      Trained trained =
          train(
              due,
              new Blueprint(whole.layout(), whole.tables(), one, whole.moments(), whole.model()),
              view);
      validation.add(k, trained.model, view.apply(ready.validation().orElseThrow()));
      test.add(k, trained.model, view.apply(ready.test().orElseThrow()));
      cost = Optional.of(cost.map(c -> c.plus(trained.cost)).orElse(trained.cost));
    }
    return new Outcome(cost.orElseThrow(), validation::replay, test::replay);
  }

  /** A model and what its training took. */
  private record Trained(TrainedModel model, RunRecord.Cost cost) {}

  private Trained train(Due due, Blueprint blueprint, UnaryOperator<EncodedData> view)
      throws IOException {
    PreparedData ready = prepared(due.data());
    Path work = options.out().resolve(".work");
    AtomicFiles.deleteTree(work); // what a killed run left: it begins anew, for its times to count
    PeakMemory.reset();
    StepClock clock = new StepClock(notices);
    EncodedData train =
        options.rows().map(n -> RowSample.of(ready.train(), n)).orElse(ready.train());
    Optional<EncodedData> validation = ready.validation().map(view);
    TrainedModel model =
        Trainer.train(
            new TrainingJob(
                blueprint,
                due.config().train(),
                due.config().evaluation(),
                view.apply(train),
                validation,
                work,
                due.key().configHash(),
                false),
            due.model().alone() // one task has nothing to be balanced against
                ? new Equal()
                : (Balancing) Binder.component(due.config().train().balance(), "balance", catalog),
            clock,
            () -> false);
    RunRecord.Cost cost = clock.cost(flops(model, blueprint.layout()), PeakMemory.bytes());
    AtomicFiles.deleteTree(work);
    return new Trained(Calibrating.of(due.config(), model, validation), cost);
  }

  /** What the scores of runs on the same data are compared with. */
  static Path truth(Path results, RunRecord.Key key) {
    return results.resolve("scores/truth-" + key.dataHash().substring(0, 16) + ".safetensors");
  }

  /** The task by itself: its sample space stays in the labels' states. */
  private static Task alone(Task task) {
    return new Task(
        task.name(),
        task.kind(),
        task.label(),
        Optional.empty(),
        task.classes(),
        task.weight(),
        task.weightDecay());
  }

  private static long flops(TrainedModel model, InputLayout layout) {
    Map<String, Integer> lengths = new HashMap<>();
    for (SequenceSlot slot : layout.sequences()) {
      lengths.put("L." + slot.name(), slot.max());
    }
    return Cost.of(model.scoringGraph(), lengths).flopsPerRow();
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
