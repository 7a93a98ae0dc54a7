package dev.tandem.cli;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.ingest.RawRows;
import dev.tandem.report.Comparing;
import dev.tandem.report.Evaluated;
import dev.tandem.report.ReportData;
import dev.tandem.report.Reporting;
import dev.tandem.report.Seesaw;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws what a model archive holds as one HTML file. */
@Command(
    name = "report",
    description = {
      "Draws a model archive as one HTML file that needs no network.",
      "With --data also reliability, ROC, scores, experts and label correlations on those rows;",
      "with --alone the gain or loss of every task against the tasks trained alone."
    })
final class ReportCommand implements Callable<Integer> {

  /** What the page is called in the archive's directory. */
  static final String PAGE = "report.html";

  @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Rows with labels: a file or a glob; may be repeated. Parquet, CSV, JSON lines.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--alone",
      paramLabel = "MODEL",
      description = "Archive of the same network trained on each task alone (body single_task).")
  private @Nullable Path alone;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write (default: report.html in the archive's directory).")
  private @Nullable Path out;

  @Mixin private SourceOption sources = new SourceOption();

  @Mixin private PageOption page = new PageOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (alone != null && files.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--alone compares on rows: say which with --data");
    }
    StoredModel opened = StoredModel.open(model);
    Path target = out == null ? model.resolve(PAGE) : out;
    String html = report(opened).html();
    AtomicFiles.write(target, html);
    spec.commandLine()
        .getOut()
        .printf("%s, %,d bytes%n", target, html.getBytes(StandardCharsets.UTF_8).length);
    page.show(target);
    return ExitCode.OK;
  }

  private ReportData report(StoredModel opened) throws IOException {
    if (files.isEmpty()) {
      return Reporting.of(model, "", Optional.empty(), Optional.empty());
    }
    PrintWriter err = spec.commandLine().getErr();
    String part =
        String.join(", ", files.stream().map(f -> f.replaceAll(".*[/\\\\]", "")).toList());
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      Evaluated own = evaluated("report", opened, temporary, err);
      Optional<Seesaw> seesaw = Optional.empty();
      if (alone != null) {
        Evaluated other = evaluated("report", StoredModel.open(alone), temporary, err);
        seesaw =
            Optional.of(
                Comparing.standard(part)
                    .compare(List.of(other.scored(), own.scored()))
                    .seesaw(own.scored().model()));
      }
      return Reporting.of(model, part, Optional.of(own), seesaw);
    }
  }

  private Evaluated evaluated(
      String what, StoredModel opened, TemporaryDirectory temporary, PrintWriter err) {
    ScoringProgress progress = new ScoringProgress(what, err);
    try (RawRows rows = sources.rows(opened, files, true, temporary.path())) {
      Evaluated evaluated =
          Evaluated.of(
              opened.path().toString(), opened, into -> progress.counted(rows.next(into), into));
      progress.findings(rows);
      return evaluated;
    }
  }
}
