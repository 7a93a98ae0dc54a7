package dev.tandem.cli;

import dev.tandem.config.RunReader;
import dev.tandem.experiment.Experiment;
import dev.tandem.experiment.ExperimentRun;
import dev.tandem.experiment.Summarizer;
import dev.tandem.experiment.Summary;
import dev.tandem.train.ComponentCatalog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares models over seeds and data sets. */
@Command(
    name = "experiment",
    description = "Compares models over seeds and data sets.",
    subcommands = {ExperimentCommand.Run.class, ExperimentCommand.Tables.class})
final class ExperimentCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "Missing command: run or table");
  }

  /** Makes the runs that are missing, then the tables. */
  @Command(
      name = "run",
      description = {
        "Makes every run of an experiment that is not finished yet, then its tables.",
        "After a kill the same command goes on with the run it was killed in."
      })
  static final class Run implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The experiment, a YAML file.")
    private Path file = Path.of("");

    @Option(names = "--data", paramLabel = "DIR", description = "What $${data} stands for.")
    private @Nullable Path data;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs per model and data set.")
    private @Nullable Integer seeds;

    @Option(
        names = "--rows",
        paramLabel = "N",
        description = "Training rows at most, drawn evenly.")
    private @Nullable Long rows;

    @Option(names = "--minutes", paramLabel = "N", description = "No run begins after that time.")
    private @Nullable Integer minutes;

    @Option(
        names = "--only-data",
        paramLabel = "NAME",
        description = "Make the runs on this data set alone; may be repeated.")
    private Set<String> dataSets = Set.of();

    @Option(
        names = "--only-model",
        paramLabel = "NAME",
        description = "Make the runs of this model alone; may be repeated.")
    private Set<String> models = Set.of();

    @Option(names = "--out", required = true, description = "Directory of the results.")
    private Path out = Path.of("");

    @Option(
        names = "--cache",
        description = "Directory of prepared data (default: prepared, within the results).")
    private @Nullable Path cache;

    @Option(names = "--json", description = "Print the tables as one JSON object.")
    private boolean json;

    @Mixin private PageOption page = new PageOption();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      atLeastOne("--seeds", seeds);
      atLeastOne("--rows", rows);
      PrintWriter err = spec.commandLine().getErr();
      int missing =
          ExperimentRun.run(
              Experiment.read(file),
              RunReader.ofProcess(ComponentCatalog.all(), Optional.ofNullable(data)),
              new ExperimentRun.Options(
                  out,
                  cache == null ? out.resolve("prepared") : cache,
                  Optional.ofNullable(seeds),
                  Optional.ofNullable(rows),
                  Optional.ofNullable(minutes),
                  dataSets,
                  models),
              line -> {
                err.println(line);
                err.flush();
              });
      summarise(out, json, page, spec);
      return missing == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void atLeastOne(String option, @Nullable Number value) {
      if (value != null && value.longValue() < 1) {
        throw new picocli.CommandLine.ParameterException(
            spec.commandLine(), option + " is " + value + "; it must be at least 1");
      }
    }
  }

  /** Makes the tables of the runs that are there. */
  @Command(name = "table", description = "Makes the tables of the finished runs anew.")
  static final class Tables implements Callable<Integer> {

    @Parameters(paramLabel = "RESULTS", description = "Directory of the results.")
    private Path results = Path.of("");

    @Option(names = "--json", description = "Print the tables as one JSON object.")
    private boolean json;

    @Mixin private PageOption page = new PageOption();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      summarise(results, json, page, spec);
      return ExitCode.OK;
    }
  }

  /** Writes and prints the tables, and names their page. */
  private static void summarise(Path results, boolean json, PageOption page, CommandSpec spec) {
    Summary summary = Summarizer.write(results);
    Path drawn = results.resolve("summary.html");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.of(summary));
      page.show(drawn);
    } else {
      out.println(summary.markdown());
      page.name("The summary", drawn);
    }
  }
}
