package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.config.LoadedRun;
import dev.tandem.ingest.PreparedData;
import dev.tandem.report.Evaluated;
import dev.tandem.report.Reporting;
import dev.tandem.schema.Task;
import dev.tandem.train.BlockSource;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.StoppedException;
import dev.tandem.train.StoredModel;
import dev.tandem.train.TrainingListener;
import dev.tandem.train.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model and writes its archive. */
@Command(
    name = "train",
    description = {
      "Trains the model of a run configuration and writes it as an archive.",
      "Ctrl-C finishes the step, saves, and says how to go on."
    })
final class TrainCommand implements Callable<Integer> {

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private CacheOption cache = new CacheOption();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the model archive; one that is there is replaced at the end.")
  private Path out = Path.of("");

  @Option(
      names = "--losses",
      paramLabel = "FILE",
      description = "Also write the losses of every step, as step,task,loss.")
  private @Nullable Path losses;

  @Option(names = "--resume", description = "Go on with the run that was stopped in --out.")
  private boolean resume;

  @Option(
      names = "--report",
      description = {
        "Also draw the report, report.html in --out, judged on the test part, or on the validation",
        "part where there is none."
      })
  private boolean report;

  @Mixin private PageOption page = new PageOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    ProgressLines progress = new ProgressLines(err);
    LoadedRun loaded = run.read(ComponentCatalog.all());
    Destination.requireDirectory(out);
    TrainingRun training = TrainingRun.prepare(loaded, cache.directory(), progress);
    training.notes().forEach(note -> progress.say("note: %s", note));
    progress.say(
        "data: %,d training rows%s in %s%s",
        training.data().train().rows(),
        training.data().reused() ? ", prepared before," : "",
        training.data().directory(),
        training.data().rejected() == 0
            ? ""
            : "; %,d rows were set aside, see rejects.csv there"
                .formatted(training.data().rejected()));
    training.data().notes().forEach(note -> progress.say("note: %s", note));
    if (resume && training.isDone(out)) {
      progress.say("train: %s holds the finished model of this very run", out);
      if (report) {
        draw(training.data());
        progress.say("train: %s", PageOption.line("its report", drawn()));
        page.show(drawn());
      }
      return ExitCode.OK;
    }
    String command =
        "tandem " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    StopOnInterrupt stop =
        new StopOnInterrupt(
            () -> progress.say("train: stopping after this step; once more to end at once"));
    try (stop) {
      TrainingRun.Outcome outcome =
          train(training, new TrainingRun.Target(out, command, resume), progress, stop);
      outcome
          .model()
          .measures()
          .forEach(
              (name, share) ->
                  progress.say(
                      "train: %s: %.2f %% of the rows in the last epoch; curves.csv has all",
                      name, 100 * share));
      if (report) {
        draw(training.data());
      }
      print(outcome);
      if (report && !json) {
        page.name("Its report", drawn());
      } else if (report) {
        page.show(drawn());
      }
      return ExitCode.OK;
    } catch (StoppedException e) {
      err.println("tandem: " + e.getMessage());
      err.flush();
      return stop.code();
    }
  }

  private void draw(PreparedData data) throws IOException {
    String part = data.test().isPresent() ? "test" : "validation";
    StoredModel stored = StoredModel.open(out);
    int block = stored.config().evaluation().batch();
    Optional<Evaluated> evaluated =
        data.test()
            .or(data::validation)
            .map(rows -> Evaluated.of(part, stored, BlockSource.of(rows, block)));
    AtomicFiles.write(drawn(), Reporting.of(out, part, evaluated, Optional.empty()).html());
  }

  private TrainingRun.Outcome train(
      TrainingRun training,
      TrainingRun.Target target,
      TrainingListener progress,
      StopOnInterrupt stop) {
    if (losses == null) {
      return training.train(target, progress, stop::wanted);
    }
    List<String> tasks = training.blueprint().tasks().stream().map(Task::name).toList();
    try (LossLog log = new LossLog(losses, tasks, progress)) {
      return training.train(target, log, stop::wanted);
    }
  }

  private Path drawn() {
    return out.resolve(ReportCommand.PAGE);
  }

  private void print(TrainingRun.Outcome outcome) throws IOException {
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("out", out.toString());
      all.put("steps", outcome.model().steps());
      all.put("best_step", outcome.model().bestStep());
      all.putAll(outcome.metrics());
      to.println(new ObjectMapper().writeValueAsString(all));
      return;
    }
    outcome.validation().ifPresent(e -> Evaluations.print("validation", e, to));
    outcome.test().ifPresent(e -> Evaluations.print("test", e, to));
    to.printf("The model is in %s; look at it with: tandem inspect %s%n", out, out);
    if (!report) {
      to.printf("Draw its report with: tandem report %s [--data FILE with labelled rows]%n", out);
    }
  }
}
