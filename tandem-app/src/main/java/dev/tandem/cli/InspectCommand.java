package dev.tandem.cli;

import dev.tandem.archive.Archive;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Inspection;
import dev.tandem.archive.Part;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.inspect.Connections;
import dev.tandem.inspect.Permutation;
import dev.tandem.inspect.Shapley;
import dev.tandem.inspect.TableView;
import dev.tandem.report.ConflictComparison;
import dev.tandem.report.Conflicts;
import dev.tandem.report.ModelCard;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GoldenRows;
import dev.tandem.train.ScoringRuntime;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Option(
        names = "--conflict",
        description =
            "Cosines between the tasks' gradients on what they share: as training measured them"
                + " (train.conflict_batches), or over the rows of --data.")
    private boolean conflict;

    @Option(
        names = "--importance",
        description =
            "What each task's metrics lose over rows when one feature's values are shuffled.")
    private boolean importance;

    @Option(
        names = "--explain",
        paramLabel = "ROW",
        description = "What each feature adds to the predictions of one row, counted from 0.")
    private @Nullable Integer explain;
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
      description =
          "With --gates and --experts: also within the most frequent values of a column of the data.")
  private String segment = "";

  @Option(
      names = "--verify",
      description = "Replay every golden row of the archive, not only the first few.")
  private boolean verify;

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "8",
      description = "With --conflict and --data: batches to look at (default: ${DEFAULT-VALUE}).")
  private int batches = 8;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description = "With --importance: shuffles per feature (default: ${DEFAULT-VALUE}).")
  private int repeats = 5;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "128",
      description = "With --explain: sampled orders of the features (default: ${DEFAULT-VALUE}).")
  private int samples = 128;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "With --importance and --explain: about how many rows, from the first on, are judged or"
              + " taken as references (default: ${DEFAULT-VALUE}).")
  private int rows = 20_000;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "With --importance and --explain: seed (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--with",
      paramLabel = "MODEL",
      description = "With --conflict: another model of the same tasks to set beside it.")
  private @Nullable Path other;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "With --conflict: also write an HTML page with the heat map.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private SourceOption sources = new SourceOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (out != null && (views == null || !views.conflict)) {
      throw wrong("--out goes with --conflict; a page on the whole model: tandem report");
    }
    if (other != null && (views == null || !views.conflict)) {
      throw wrong("--with goes with --conflict; to compare metrics: tandem compare");
    }
    if (!segment.isEmpty() && (views == null || !(views.gates || views.experts))) {
      throw wrong(
          "--segment goes with --gates or --experts; metrics by segment: tandem compare --segment");
    }
    View view = view();
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      to.println(JsonText.of(view.json()));
    } else {
      view.print(to);
    }
    return ExitCode.OK;
  }

  private View view() throws IOException {
    if (views == null) {
      return archive();
    }
    StoredModel stored = StoredModel.open(model, ScoringRuntime.ONNX, replay());
    if (views.gates) {
      return rows(stored).gates(segment);
    } else if (views.experts) {
      return experts(stored);
    } else if (views.embeddings != null) {
      return embeddings(stored, views.embeddings);
    } else if (views.graph) {
      return graph(stored);
    } else if (views.conflict) {
      return other == null ? conflict(stored) : conflict(stored, other);
    }
    int most = atLeast(1, rows, "--rows");
    if (views.importance) {
      int shuffles = atLeast(2, repeats, "--repeats");
      return rows(stored).importance(new Permutation(shuffles, most, seed));
    }
    // the group holds exactly one option
    int row = atLeast(0, Objects.requireNonNull(views.explain), "--explain");
    return rows(stored).explanation(new Shapley(atLeast(4, samples, "--samples"), most, seed), row);
  }

  private static GraphView graph(StoredModel stored) {
    long numbers = stored.model().tables().stream().mapToLong(t -> (long) t.rows() * t.dim()).sum();
    return new GraphView(ModelCard.layers(stored.model().scoringGraph(), numbers));
  }

  private ExpertView experts(StoredModel stored) throws IOException {
    List<Connections> connections = Connections.of(stored);
    return files.isEmpty() && !connections.isEmpty()
        ? ExpertView.of(connections)
        : rows(stored).experts(segment);
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

  private EmbeddingView embeddings(StoredModel stored, String wanted) {
    TableView tables = new TableView(stored);
    if (wanted.isEmpty()) {
      return new EmbeddingView(tables.cards(), List.of());
    }
    int at = wanted.indexOf('=');
    String name = at < 0 ? wanted : wanted.substring(0, at);
    if (tables.cards(name).isEmpty()) {
      throw wrong(
          "--embeddings: no embedding table goes with '%s'; there are %s"
              .formatted(name, String.join(", ", tables.names())));
    }
    String value = wanted.substring(at + 1);
    if (at >= 0 && !tables.hasValues(name)) {
      throw wrong(
          "--embeddings: the rows of %s are buckets, which have no values to look for; see them with --embeddings %s"
              .formatted(name, name));
    }
    if (at >= 0 && !tables.knows(name, value)) {
      throw wrong(
          "--embeddings: the vocabulary of %s does not hold '%s': it never occurs in the training rows, or less than min_count times"
              .formatted(name, value));
    }
    return new EmbeddingView(
        tables.cards(name), at < 0 ? List.of() : tables.neighbours(name, value));
  }

  private ConflictView conflict(StoredModel stored) throws IOException {
    ConflictView view = measured(stored);
    if (out != null) {
      AtomicFiles.write(out, view.conflicts().html(model + ": gradients"));
    }
    return view;
  }

  private ConflictComparisonView conflict(StoredModel stored, Path second) throws IOException {
    ConflictView first = measured(stored);
    ConflictView beside = measured(StoredModel.open(second, ScoringRuntime.ONNX, replay()));
    ConflictComparison comparison;
    try {
      comparison =
          ConflictComparison.of(
              List.of(model.toString(), second.toString()), first.conflicts(), beside.conflicts());
    } catch (IllegalArgumentException e) {
      throw wrong("--with: " + e.getMessage());
    }
    if (out != null) {
      AtomicFiles.write(out, comparison.html(model + " and " + second + ": gradients"));
    }
    return new ConflictComparisonView(first.data(), comparison);
  }

  private ConflictView measured(StoredModel stored) throws IOException {
    List<Task> tasks = stored.preprocessor().tasks();
    if (tasks.size() < 2) {
      throw wrong("--conflict: %s has one task, %s".formatted(stored.path(), tasks.get(0).name()));
    }
    return files.isEmpty()
        ? new ConflictView("", Conflicts.of(stored).orElseThrow(() -> notCompared(stored.path())))
        : rows(stored).conflict(atLeast(1, batches, "--batches"));
  }

  private ParameterException notCompared(Path path) {
    return wrong(
        "--conflict: the training of "
            + path
            + " did not compare gradients; train with --set train.conflict_batches=8, or measure the"
            + " stored weights over rows with --data FILE");
  }

  private RowViews rows(StoredModel stored) {
    if (files.isEmpty()) {
      throw wrong("this view reads rows: say which with --data FILE");
    }
    return new RowViews(stored, files, sources, spec.commandLine().getErr());
  }

  private int atLeast(int least, int value, String option) {
    if (value < least) {
      throw wrong("%s is %d; at least %d is needed".formatted(option, value, least));
    }
    return value;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
