package dev.tandem.cli;

import dev.tandem.archive.Archive;
import dev.tandem.archive.Inspection;
import dev.tandem.archive.Part;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.ingest.RawRows;
import dev.tandem.inspect.Connections;
import dev.tandem.inspect.ExpertUse;
import dev.tandem.inspect.GateMeters;
import dev.tandem.inspect.TableView;
import dev.tandem.report.ModelCard;
import dev.tandem.schema.Schema;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GoldenRows;
import dev.tandem.train.ScoringRuntime;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a model archive, after checking every byte of it. */
@Command(
    name = "inspect",
    description = {
      "Looks into a model archive: what is in it (without a view), or one view of the model.",
      "Views that read rows take them from --data."
    })
final class InspectCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
  private Path model = Path.of("");

  /** At most one. */
  static final class Views {
    @Option(
        names = "--gates",
        description = "How each gate weighs its experts over rows, and the gates' entropy.")
    private boolean gates;

    @Option(
        names = "--experts",
        description = "Which experts the gates use over rows, dead ones, and SNR's connections.")
    private boolean experts;

    @Option(
        names = "--embeddings",
        arity = "0..1",
        fallbackValue = "",
        paramLabel = "FEATURE[=VALUE]",
        description =
            "Lengths of the tables' rows and how often training read them; of one feature also"
                + " single rows, of a value its nearest neighbours.")
    private @Nullable String embeddings;

    @Option(names = "--graph", description = "Layers with their shapes, parameters and operations.")
    private boolean graph;
  }

  @ArgGroup private @Nullable Views views;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Rows: a file or a glob; may be repeated. Parquet, CSV, JSON lines.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--segment",
      paramLabel = "COLUMN",
      description = "With --gates: also within each value of a column of the data.")
  private String segment = "";

  @Option(
      names = "--verify",
      description = "Replay every golden row of the archive, not only the first few.")
  private boolean verify;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    View view = view();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.of(view.json()));
    } else {
      view.print(out);
    }
    return ExitCode.OK;
  }

  private View view() throws IOException {
    if (views == null) {
      return archive();
    }
    StoredModel stored = StoredModel.open(model, ScoringRuntime.ONNX, replay());
    if (views.gates) {
      return gates(stored);
    } else if (views.experts) {
      return experts(stored);
    } else if (views.embeddings != null) {
      return embeddings(stored, views.embeddings);
    } else if (!views.graph) {
      throw new IllegalStateException("a view is one of four");
    }
    long numbers = stored.model().tables().stream().mapToLong(t -> (long) t.rows() * t.dim()).sum();
    return new GraphView(ModelCard.layers(stored.model().scoringGraph(), numbers));
  }

  private ArchiveView archive() {
    try (Archive archive = Archive.open(model)) {
      String source = model.resolve(Part.SCHEMA).toString();
      Schema schema =
          Canonical.read(archive.text(Part.SCHEMA), source, Schema.class, Catalog.empty());
      int replayed =
          archive.has(Part.GOLDEN_ROWS) ? ArchiveScorer.of(archive).replay(archive, replay()) : 0;
      return new ArchiveView(
          Inspection.of(archive, schema), replayed, ArchiveScorer.calibration(archive));
    }
  }

  private GoldenRows.Replay replay() {
    return verify ? GoldenRows.Replay.ALL : GoldenRows.Replay.SOME;
  }

  private GateView gates(StoredModel stored) throws IOException {
    GateMeters meters = meters(stored);
    return new GateView(data(), meters.rows(), meters.gates(), segment, meters.segments());
  }

  private ExpertView experts(StoredModel stored) throws IOException {
    List<Connections> connections = Connections.of(stored);
    if (files.isEmpty() && !connections.isEmpty()) {
      return new ExpertView("", 0, List.of(), connections);
    }
    GateMeters meters = meters(stored);
    return new ExpertView(data(), meters.rows(), ExpertUse.of(meters.gates()), connections);
  }

  private EmbeddingView embeddings(StoredModel stored, String wanted) {
    TableView tables = new TableView(stored);
    if (wanted.isEmpty()) {
      return new EmbeddingView(tables.cards(), List.of());
    }
    int at = wanted.indexOf('=');
    String name = at < 0 ? wanted : wanted.substring(0, at);
    if (tables.cards(name).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--embeddings: no embedding table goes with '%s'; there are %s"
              .formatted(name, String.join(", ", tables.names())));
    }
    String value = wanted.substring(at + 1);
    if (at >= 0 && !tables.knows(name, value)) {
      throw new ParameterException(
          spec.commandLine(),
          "--embeddings: the vocabulary of %s does not hold '%s': it never occurs in the training rows, or less than min_count times"
              .formatted(name, value));
    }
    return new EmbeddingView(
        tables.cards(name), at < 0 ? List.of() : tables.neighbours(name, value));
  }

  /** One pass over the rows. */
  private GateMeters meters(StoredModel stored) throws IOException {
    requireData();
    try (TemporaryDirectory temporary = new TemporaryDirectory();
        RawRows rows = stored.rows(files, true, temporary.path())) {
      GateMeters meters =
          new GateMeters(stored, segment.isEmpty() ? List.of() : rows.texts(segment));
      ScoringProgress progress = new ScoringProgress("inspect", spec.commandLine().getErr());
      stored
          .model()
          .probe(
              into -> progress.counted(rows.next(into), into),
              GateMeters::isGate,
              (block, predictions, probes) -> meters.add(block, probes));
      progress.findings(rows);
      return meters;
    }
  }

  private void requireData() {
    if (files.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "this view reads rows: say which with --data FILE");
    }
  }

  private String data() {
    return String.join(", ", files);
  }
}
