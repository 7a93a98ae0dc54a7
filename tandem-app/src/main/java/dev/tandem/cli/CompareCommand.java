package dev.tandem.cli;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.ingest.RawRows;
import dev.tandem.inspect.GateMeters;
import dev.tandem.metric.Bootstrap;
import dev.tandem.report.Comparing;
import dev.tandem.report.Comparison;
import dev.tandem.report.Evaluated;
import dev.tandem.report.ScoredRows;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges several models on the same rows. */
@Command(
    name = "compare",
    description = {
      "Compares model archives on the same labelled rows; the first is what the others are held"
          + " to.",
      "Intervals and p-values by the paired bootstrap over groups (rows, if there are none), and"
          + " by",
      "DeLong, who takes rows as independent."
    })
final class CompareCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      arity = "2..*",
      description = "Directories of the model archives.")
  private List<Path> archives = new ArrayList<>();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Rows with labels: a file or a glob; may be repeated. Parquet, CSV, JSON lines.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--segment",
      paramLabel = "COLUMN",
      description = "Also compare within the most frequent values of a column of the data.")
  private String segment = "";

  @Option(
      names = "--resamples",
      defaultValue = "1000",
      description = "Draws of the bootstrap (default: ${DEFAULT-VALUE}).")
  private int resamples = 1000;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--out", paramLabel = "FILE", description = "Also write an HTML page.")
  private @Nullable Path out;

  @Mixin private SourceOption sources = new SourceOption();

  @Mixin private PageOption page = new PageOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (resamples < 2) {
      throw new ParameterException(
          spec.commandLine(), "--resamples is " + resamples + "; at least 2 are needed");
    }
    Comparison comparison = compare();
    PrintWriter to = spec.commandLine().getOut();
    if (out != null) {
      AtomicFiles.write(out, comparison.html());
      page.show(out);
    }
    if (json) {
      to.println(comparison.json());
    } else {
      print(comparison, to);
    }
    return ExitCode.OK;
  }

  private Comparison compare() throws IOException {
    List<ScoredRows> scored = new ArrayList<>();
    List<String> segments = List.of();
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      for (Path archive : archives) {
        StoredModel model = StoredModel.open(archive);
        ScoringProgress progress =
            new ScoringProgress("compare: " + archive, spec.commandLine().getErr());
        try (RawRows rows = sources.rows(model, files, true, temporary.path())) {
          if (!segment.isEmpty() && segments.isEmpty()) {
            segments = rows.texts(segment, GateMeters.MISSING);
          }
          scored.add(
              Evaluated.of(
                      archive.toString(), model, into -> progress.counted(rows.next(into), into))
                  .scored());
          progress.findings(rows);
        }
      }
    }
    return new Comparing(
            String.join(", ", files), new Bootstrap(resamples, 0.95, 1), segment, segments)
        .compare(scored);
  }

  private static void print(Comparison comparison, PrintWriter to) {
    to.printf(
        "%s: %,d rows, intervals of %.0f %% from %,d draws of %s%n",
        comparison.data(),
        comparison.rows(),
        100 * comparison.level(),
        comparison.resamples(),
        comparison.grouped() ? "groups" : "rows");
    for (Comparison.TaskResult task : comparison.tasks()) {
      to.printf("%n%s: %,d rows%n", task.task(), task.rows());
      figures(comparison, task, to);
      differences(task, to);
      segments(comparison, task, to);
      disagreements(comparison, task, to);
    }
    to.println();
    comparison.words().forEach(to::println);
  }

  private static void figures(Comparison all, Comparison.TaskResult task, PrintWriter to) {
    List<String> header = new ArrayList<>(List.of("metric"));
    header.addAll(all.models());
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Comparison.Figure figure : task.figures()) {
      List<String> cells = new ArrayList<>(List.of(figure.metric()));
      figure.values().forEach(v -> cells.add(value(v)));
      table.row(cells);
    }
    table.print(to);
  }

  private static void differences(Comparison.TaskResult task, PrintWriter to) {
    to.println();
    TextTable table =
        new TextTable(
            "gain in", "of", "gain", "from", "to", "p", "adjusted", "DeLong from", "to", "p");
    for (Comparison.Difference d : task.differences()) {
      table.row(
          d.metric(),
          d.model(),
          View.signed(d.gain()),
          View.signed(d.low()),
          View.signed(d.high()),
          View.decimal(d.pValue()),
          View.decimal(d.adjusted()),
          View.signed(d.deLongLow()),
          View.signed(d.deLongHigh()),
          View.decimal(d.deLongP()));
    }
    table.print(to);
  }

  private static void segments(Comparison all, Comparison.TaskResult task, PrintWriter to) {
    if (task.segments().isEmpty()) {
      return;
    }
    to.println();
    List<String> header = new ArrayList<>(List.of(all.segment(), "rows"));
    String metric = task.segments().get(0).metric();
    all.models().forEach(m -> header.add(metric + " " + m));
    all.models().stream().skip(1).forEach(m -> header.addAll(List.of("gain", "from", "to")));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Comparison.Segment s : task.segments()) {
      List<String> cells = new ArrayList<>(List.of(s.segment(), Evaluations.count(s.rows())));
      s.values().forEach(v -> cells.add(View.decimal(v)));
      s.gains()
          .forEach(
              g ->
                  cells.addAll(
                      List.of(View.signed(g.gain()), View.signed(g.low()), View.signed(g.high()))));
      table.row(cells);
    }
    table.print(to);
    View.leftOut(all.segment(), task.segments().size(), task.segmentValues(), to);
  }

  private static void disagreements(Comparison all, Comparison.TaskResult task, PrintWriter to) {
    to.printf(
        "%nThey disagree most (mean %s) in rows, counted from 0:%n",
        View.decimal(task.disagreement()));
    List<String> header = new ArrayList<>(List.of("row", "label"));
    header.addAll(all.models());
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Comparison.Disagreement d : task.disagreements()) {
      List<String> cells =
          new ArrayList<>(List.of(Evaluations.count(d.row()), View.decimal(d.label())));
      d.predictions().forEach(p -> cells.add(View.decimal(p)));
      table.row(cells);
    }
    table.print(to);
  }

  private static String value(Comparison.Value v) {
    return Double.isNaN(v.low())
        ? View.decimal(v.value())
        : "%s (%s to %s)"
            .formatted(View.decimal(v.value()), View.decimal(v.low()), View.decimal(v.high()));
  }
}
