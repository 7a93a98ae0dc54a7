package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.ingest.RawRows;
import dev.tandem.metric.Evaluation;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a stored model on labelled rows. */
@Command(name = "evaluate", description = "Judges a model archive on labelled rows, task by task.")
final class EvaluateCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
  private Path archive = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Rows with labels: a file or a glob; may be repeated. Parquet, CSV, JSON lines.")
  private List<String> files = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ScoringOptions scoring = new ScoringOptions();

  @Mixin private SourceOption sources = new SourceOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    StoredModel stored = scoring.open(archive);
    PrintWriter err = spec.commandLine().getErr();
    Evaluation evaluation;
    try (TemporaryDirectory temporary = new TemporaryDirectory();
        RawRows rows = sources.rows(stored, files, true, temporary.path())) {
      ScoringProgress progress = new ScoringProgress("evaluate", err);
      evaluation = stored.evaluate(into -> progress.counted(rows.next(into), into));
      progress.findings(rows);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(evaluation.toMap()));
    } else {
      Evaluations.print(archive + " on " + String.join(", ", files), evaluation, out);
    }
    return ExitCode.OK;
  }
}
