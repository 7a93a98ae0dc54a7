package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tandem.simulate.Attainable;
import dev.tandem.simulate.FieldPairs;
import dev.tandem.simulate.Preset;
import dev.tandem.simulate.RelatedRegression;
import dev.tandem.simulate.Simulation;
import dev.tandem.simulate.SimulationReport;
import dev.tandem.simulate.Simulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a simulated log with known probabilities, and a run configuration beside it. */
@Command(
    name = "simulate",
    description = {
      "Writes a simulated log whose true probabilities are known, and a run.yaml that trains on it.",
      "The truth goes to files of its own, under truth/."
    })
final class SimulateCommand implements Callable<Integer> {

  /** What can be simulated: the platforms of {@link Preset}, and two recipes from papers. */
  enum Kind {
    STANDARD,
    DEMO,
    CONFLICT,
    CONFOUNDED,
    SEQUENCES,
    EVENTS,
    SPARSE,
    REGRESSION,
    PAIRS
  }

  @Option(
      names = "--preset",
      defaultValue = "standard",
      description = "What to simulate: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Kind preset = Kind.STANDARD;

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      description = "Rows over all parts (default: ${DEFAULT-VALUE}).")
  private long rows;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of everything drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", required = true, description = "Directory to write.")
  private Path out = Path.of("");

  @Option(names = "--sequences", description = "The same as --preset sequences.")
  private boolean sequences;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = {
        "Sets an option of the platform, may be repeated:",
        "relatedness, conflict, confounding, missing, noise, sparsity, selection, signal, users,",
        "items, days, rates and more, as in simulation.json (docs/simulator.md)."
      })
  private List<String> settings = List.of();

  @Option(
      names = "--correlation",
      defaultValue = "0.9",
      description = "Cosine of the two tasks of --preset regression (default: ${DEFAULT-VALUE}).")
  private double correlation;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Kind kind = sequences ? Kind.SEQUENCES : preset;
    if (!settings.isEmpty() && (kind == Kind.REGRESSION || kind == Kind.PAIRS)) {
      throw new ParameterException(
          spec.commandLine(),
          "--set: found %s, but --preset %s has no such options; leave it out"
              .formatted(settings, kind.name().toLowerCase(Locale.ROOT)));
    }
    switch (kind) {
      case REGRESSION -> {
        new RelatedRegression(rows, seed, 100, correlation, 10, 1).write(out, progress());
        printDone();
      }
      case PAIRS -> {
        FieldPairs.of(rows, seed).write(out, progress());
        printDone();
      }
      default -> {
        Simulation platform = Preset.valueOf(kind.name()).of(rows, seed).with(settings);
        rows = platform.rows(); // --set rows=N counts as well
        print(Simulator.write(platform, out, progress()));
      }
    }
    return ExitCode.OK;
  }

  /** Rows and speed on one line of standard error, about once a second. */
  private LongConsumer progress() {
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    long[] next = {start + 1_000_000_000L};
    return done -> {
      long now = System.nanoTime();
      if (now >= next[0]) {
        next[0] = now + 1_000_000_000L;
        double speed = done / ((now - start) / 1e9);
        err.printf(
            "simulate: %,d of %,d rows, %,.0f rows/s, %.0f s left%n",
            done, rows, speed, Math.max(0, rows - done) / speed);
        err.flush();
      }
    };
  }

  private void printDone() throws IOException {
    PrintWriter to = spec.commandLine().getOut();
    Path run = out.resolve("run.yaml");
    to.println(
        json
            ? new ObjectMapper()
                .writeValueAsString(Map.of("rows", rows, "seed", seed, "run", run.toString()))
            : "%,d rows in %s; train with: tandem train %s".formatted(rows, out, run));
  }

  private void print(SimulationReport report) throws IOException {
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      to.println(
          JsonMapper.builder()
              .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
              .build()
              .writeValueAsString(report));
      return;
    }
    to.printf(
        "%,d rows (%,d train, %,d validation, %,d test), %,d users, %,d items, in %.1f s%n%n",
        rows,
        report.trainRows(),
        report.validationRows(),
        report.testRows(),
        report.users(),
        report.items(),
        report.seconds());
    to.println("Best attainable on the test part, by the true probabilities:");
    to.printf(
        "  %-10s %10s %8s %9s   %s%n",
        "task", "positives", "AUC", "log loss", "AUC within its parent");
    report
        .tasks()
        .forEach(
            (name, task) -> {
              Attainable test = task.test();
              to.printf(
                  "  %-10s %9.3f%% %8s %9.5f   %s%n",
                  name,
                  100 * test.rate(),
                  auc(test.auc()),
                  test.logLoss(),
                  auc(task.within().auc()));
            });
    to.printf("%nTrain with: tandem train %s%n", out.resolve("run.yaml"));
  }

  private static String auc(double value) {
    return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }
}
