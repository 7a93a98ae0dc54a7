package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import dev.tandem.feature.LabelState;
import dev.tandem.metric.Auc;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.Decimals;
import dev.tandem.metric.Holm;
import dev.tandem.metric.LabelKind;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Recorder;
import dev.tandem.metric.Rows;
import dev.tandem.report.Evaluated;
import dev.tandem.report.Reporting;
import dev.tandem.report.Seesaw;
import dev.tandem.schema.Task;
import dev.tandem.simulate.Preset;
import dev.tandem.simulate.SimulationReport;
import dev.tandem.simulate.Simulator;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.StoredModel;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Multi-task against each task alone, on a simulated log. */
@Command(
    name = "demo",
    description = {
      "Simulates a log, trains PLE on all tasks and on each alone, and says which was better.",
      "Draws a report, too. A minute or two."
    })
final class DemoCommand implements Callable<Integer> {
  private static final List<String> TASKS = List.of("click", "long_view", "like", "buy");
  private static final int RESAMPLES = 400;
  private static final double ALPHA = 0.05;

  @Option(
      names = "--rows",
      defaultValue = "120000",
      description = "Rows to simulate (default: ${DEFAULT-VALUE}).")
  private long rows;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the log and of the training (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to leave log, model and report (default: a new temporary directory).")
  private @Nullable Path out;

  @Mixin private PageOption page = new PageOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** One task under both models; {@code p} is adjusted for the number of tasks. */
  record Result(
      String task,
      long n,
      long positives,
      double multi,
      double alone,
      Bootstrap.Comparison comparison,
      double p,
      double attainable) {

    String verdict() {
      if (p <= ALPHA && comparison.interval().low() > 0) {
        return "multi-task won";
      }
      return p <= ALPHA && comparison.interval().high() < 0
          ? "multi-task lost"
          : "no clear difference";
    }

    Result adjusted(double corrected) {
      return new Result(task, n, positives, multi, alone, comparison, corrected, attainable);
    }

    double share(double auc) {
      return (auc - 0.5) / (attainable - 0.5);
    }
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Path home = out == null ? Files.createTempDirectory("tandem-demo-") : out;
    PrintWriter err = spec.commandLine().getErr();
    ProgressLines progress = new ProgressLines(err);
    progress.say("demo: simulating %,d rows", rows);
    Path log = home.resolve("log");
    SimulationReport simulated = Simulator.write(Preset.DEMO.of(rows, seed), log, written -> {});
    progress.say("demo: PLE on %s", String.join(", ", TASKS));
    Path model = home.resolve("model");
    TrainingRun together = prepare(log, TASKS, home);
    TrainingRun.Outcome joint =
        together.train(
            new TrainingRun.Target(model, command(), false),
            new ProgressLines(err, "  "),
            () -> false);
    List<Result> measured = new ArrayList<>();
    for (String task : TASKS) {
      progress.say("demo: the same network on %s alone", task);
      TrainingRun single = prepare(log, List.of(task), home);
      TrainingRun.Outcome alone =
          single.train(home.resolve("alone-" + task), new ProgressLines(err, "  "));
      measured.add(
          compare(
              scored(together, joint, task),
              scored(single, alone, task),
              task,
              simulated.task(task).test().auc()));
    }
    List<Result> results = adjusted(measured);
    progress.say("demo: the report");
    Path report = home.resolve("report.html");
    AtomicFiles.write(report, report(model, log, results));
    double seconds = (System.nanoTime() - start) / 1e9;
    Path numbers = home.resolve("demo.json");
    String figures = new ObjectMapper().writeValueAsString(map(results, home, seconds));
    AtomicFiles.write(numbers, figures + "\n");
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      to.println(figures);
      page.show(report);
    } else {
      print(results, to);
      to.printf(
          "%nIn %.0f s. The log is in %s, the multi-task model in %s, these figures in %s.%n",
          seconds, log, model, numbers);
      to.printf("Look into the model with: tandem inspect %s --graph%n", model);
      page.name("The report", report);
    }
    return ExitCode.OK;
  }

  /** The multi-task model on the test rows, with its tasks' gains over each alone. */
  private static String report(Path model, Path log, List<Result> results) throws IOException {
    List<Seesaw.Gain> gains = new ArrayList<>();
    for (Result r : results) {
      gains.add(
          new Seesaw.Gain(
              r.task(),
              "auc",
              r.comparison().difference(),
              r.comparison().interval().low(),
              r.comparison().interval().high(),
              r.p()));
    }
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      Evaluated judged =
          Evaluated.of(
              "multi-task",
              StoredModel.open(model),
              List.of(log.resolve("test.parquet").toString()),
              temporary.path(),
              block -> {});
      Seesaw seesaw = Seesaw.of("the same network on the task alone", gains);
      return Reporting.of(model, "test", Optional.of(judged), Optional.of(seesaw)).html();
    }
  }

  private String command() {
    return "tandem " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }

  /** The configuration that lies beside the log, with a subset of its tasks. */
  private TrainingRun prepare(Path log, List<String> tasks, Path home) {
    List<String> settings =
        List.of(
            "tasks=[" + String.join(", ", tasks) + "]",
            "train.seed=" + seed,
            "train.epochs=10",
            "train.batch=1024",
            "train.optimizer.dense.adam=0.002",
            "train.optimizer.embedding.adam=0.004",
            "train.early_stopping.patience=2",
            "train.conflict_batches=4",
            "evaluation.metrics=[auc, logloss]");
    LoadedRun run =
        RunReader.ofProcess(ComponentCatalog.all(), Optional.empty())
            .read(log.resolve("run.yaml"), settings);
    return TrainingRun.prepare(run, home.resolve("cache"));
  }

  /** The test rows of one task, scored. */
  private static Rows scored(TrainingRun run, TrainingRun.Outcome outcome, String task) {
    List<String> names = run.blueprint().tasks().stream().map(Task::name).toList();
    int k = names.indexOf(task);
    Recorder recorder = new Recorder(LabelKind.BINARY, 1, false, true);
    outcome
        .model()
        .predict(
            run.data().test().orElseThrow(),
            (batch, predictions) -> {
              int tasks = batch.tasks();
              for (int r = 0; r < batch.rows(); r++) {
                if (batch.states()[r * tasks + k] == LabelState.OBSERVED.code()) {
                  recorder.add(
                      predictions[k][r], batch.labels()[r * tasks + k], 1, batch.groups()[r]);
                }
              }
            });
    return recorder.rows();
  }

  private Result compare(Rows multi, Rows alone, String task, double attainable) {
    Auc auc = (Auc) Metrics.all().get("auc");
    Bootstrap.Comparison comparison =
        new Bootstrap(RESAMPLES, 0.95, seed).compare(auc, multi, alone);
    long positives = 0;
    for (int i = 0; i < multi.count(); i++) {
      positives += multi.label(i) == 1 ? 1 : 0;
    }
    return new Result(
        task,
        multi.count(),
        positives,
        auc.measure(multi).value(),
        auc.measure(alone).value(),
        comparison,
        comparison.pValue(),
        attainable);
  }

  /** With Holm's correction for the number of tasks, as the report has it. */
  private static List<Result> adjusted(List<Result> results) {
    double[] p = Holm.adjust(results.stream().mapToDouble(Result::p).toArray());
    List<Result> all = new ArrayList<>();
    for (Result r : results) {
      all.add(r.adjusted(p[all.size()]));
    }
    return all;
  }

  private static void print(List<Result> results, PrintWriter to) {
    to.println(
        "Test AUC per task: PLE on all tasks, the same network on the task alone, and the best");
    to.println("that any model can reach, by the true probabilities of the simulator.");
    to.println();
    TextTable table =
        new TextTable(
            "task",
            "rows",
            "positive",
            "multi-task",
            "alone",
            "difference",
            "95 % interval",
            "p",
            "attainable",
            "reached",
            "verdict");
    for (Result r : results) {
      table.row(
          r.task(),
          Evaluations.count(r.n()),
          Evaluations.count(r.positives()),
          Decimals.of(r.multi(), 4),
          Decimals.of(r.alone(), 4),
          Decimals.signed(r.comparison().difference(), 4),
          Decimals.signed(r.comparison().interval().low(), 4)
              + " to "
              + Decimals.signed(r.comparison().interval().high(), 4),
          Decimals.of(r.p(), 3),
          Decimals.of(r.attainable(), 4),
          Decimals.of(100 * r.share(r.multi()), 0) + " %",
          r.verdict());
    }
    table.print(to);
    to.println();
    to.println(summary(results));
    to.println(
        "Intervals and p: bootstrap over users, paired; p and verdict after correction for four tests.");
    to.println("One seed of one simulated log: a demonstration, not evidence about yours.");
  }

  private static String summary(List<Result> results) {
    long won = results.stream().filter(r -> r.verdict().equals("multi-task won")).count();
    long lost = results.stream().filter(r -> r.verdict().equals("multi-task lost")).count();
    return String.format(
        Locale.ROOT,
        "Multi-task training won on %d of %d tasks, lost on %d, and made no clear difference on %d.",
        won,
        results.size(),
        lost,
        results.size() - won - lost);
  }

  private Map<String, Object> map(List<Result> results, Path home, double seconds) {
    Map<String, Object> tasks = new LinkedHashMap<>();
    for (Result r : results) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("n", r.n());
      one.put("positives", r.positives());
      one.put("multi_task_auc", r.multi());
      one.put("alone_auc", r.alone());
      one.put("difference", r.comparison().difference());
      one.put(
          "interval", List.of(r.comparison().interval().low(), r.comparison().interval().high()));
      one.put("p", r.p());
      one.put("attainable_auc", r.attainable());
      one.put("verdict", r.verdict());
      tasks.put(r.task(), one);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("rows", rows);
    map.put("seed", seed);
    map.put("seconds", seconds);
    map.put("directory", home.toString());
    map.put("report", home.resolve("report.html").toString());
    map.put("tasks", tasks);
    return map;
  }
}
