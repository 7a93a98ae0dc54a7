package dev.tandem.train;

import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.Verification;
import dev.tandem.calibration.Calibration;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.ConfigException;
import dev.tandem.config.DataConfig;
import dev.tandem.config.RunConfig;
import dev.tandem.config.Source;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.graph.Graph;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.RawRows;
import dev.tandem.metric.Evaluation;
import dev.tandem.schema.Schema;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GoldenRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A trained model opened from its archive: everything that scoring and judging raw rows takes. Not
 * thread-safe.
 */
public final class StoredModel {
  private final Path path;
  private final Origin origin;
  private final RunConfig config;
  private final Preprocessor preprocessor;
  private final Blueprint blueprint;
  private final PredictionColumns columns;
  private final Map<String, List<String>> logs; // that training joined, by source
  private final Optional<TrainedModel> model;
  private final Scoring scoring;

  /** Scores blocks in order. */
  @FunctionalInterface
  private interface Scoring {
    void predict(BlockSource rows, PredictionSink sink);
  }

  private StoredModel(Archive archive, ScoringRuntime runtime) throws IOException {
    Catalog catalog = ComponentCatalog.all();
    this.path = archive.path();
    this.origin = archive.origin();
    this.config =
        Canonical.read(
            archive.text(Part.CONFIG),
            path.resolve(Part.CONFIG).toString(),
            RunConfig.class,
            catalog);
    Schema schema =
        Canonical.read(
            archive.text(Part.SCHEMA),
            path.resolve(Part.SCHEMA).toString(),
            Schema.class,
            Catalog.empty());
    this.preprocessor = Preprocessor.read(schema, archive::stream);
    this.blueprint = Blueprint.of(preprocessor, Networks.of(config.model(), catalog));
    this.columns = new PredictionColumns(preprocessor, blueprint.predicted());
    this.logs = archive.has(Part.DATA) ? DataSummary.logs(archive.text(Part.DATA)) : Map.of();
    int threads = config.train().threads().orElse(Runtime.getRuntime().availableProcessors());
    if (runtime == ScoringRuntime.JAVA) {
      this.model = Optional.empty();
      JavaScoring plain =
          new JavaScoring(
              preprocessor, blueprint.predicted(), ArchiveScorer.of(archive).encoded(), threads);
      Calibration calibration = ArchiveScorer.calibration(archive);
      this.scoring =
          (rows, sink) ->
              plain.predict(
                  rows,
                  (block, predictions) -> {
                    TrainedModel.correct(calibration, blueprint, block, predictions);
                    sink.accept(block, predictions);
                  });
    } else {
      TrainedModel stored = TrainedModel.stored(blueprint, config.evaluation(), threads, archive);
      this.model = Optional.of(stored);
      this.scoring = stored::predict;
    }
  }

  /** As the full form, in ONNX Runtime and with some of the golden rows. */
  public static StoredModel open(Path directory) {
    return open(directory, ScoringRuntime.ONNX, GoldenRows.Replay.SOME);
  }

  /**
   * Opens an archive after checking every byte of it, and replays golden rows.
   *
   * @param runtime what is to compute its predictions
   * @param replay which golden rows are replayed, if it has any
   * @throws dev.tandem.archive.ArchiveException when it is none, too old, too new, damaged, or does
   *     not predict what was trained
   */
  public static StoredModel open(Path directory, ScoringRuntime runtime, GoldenRows.Replay replay) {
    try (Archive archive = Archive.open(directory)) {
      StoredModel model = new StoredModel(archive, runtime);
      if (archive.has(Part.GOLDEN_ROWS)) {
        GoldenRows.read(archive.text(Part.GOLDEN_ROWS))
            .replay(directory, runtime.name().toLowerCase(Locale.ROOT), replay, model::named);
      }
      return model;
    } catch (IOException | IllegalArgumentException e) {
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          directory + " cannot be scored with: " + e.getMessage(),
          e);
    }
  }

  /** Where it was opened from. */
  public Path path() {
    return path;
  }

  /** Where it comes from. */
  public Origin origin() {
    return origin;
  }

  /** The configuration it was trained by, its data directory a variable. */
  public RunConfig config() {
    return config;
  }

  /** What was fitted. */
  public Preprocessor preprocessor() {
    return preprocessor;
  }

  /**
   * The model itself in memory.
   *
   * @throws IllegalStateException when it was opened for {@link ScoringRuntime#JAVA}, which leaves
   *     the tables on the disk
   */
  public TrainedModel model() {
    return model.orElseThrow(
        () -> new IllegalStateException(path + " was opened for the java runtime alone"));
  }

  /**
   * Names of its predictions, one per column of what {@link #scores} gives: {@code predicted_TASK},
   * {@code predicted_TASK_CLASS} for each class of a multi-class task, and {@code predicted_ctcvr}
   * and the like for the head's products.
   */
  public List<String> outputs() {
    return columns.names().stream().map(name -> "predicted_" + name).toList();
  }

  /**
   * One block's predictions as rows [rows · {@link #outputs}]: probabilities, and for regression
   * tasks values in original units.
   *
   * @param rows the block
   * @param predictions as a {@link PredictionSink} receives them
   */
  public float[] scores(Batch rows, float[][] predictions) {
    return columns.values(rows, predictions);
  }

  /** Scores raw rows in order, encoded block by block by {@link #preprocessor}. */
  public void predict(BlockSource rows, PredictionSink sink) {
    scoring.predict(rows, sink);
  }

  /**
   * Opens raw rows of files for this model; close them.
   *
   * @param files paths or globs; Parquet, CSV or JSON lines, columns as in training
   * @param labelled whether their labels are wanted
   * @param temporary directory for what is written on the way
   */
  public RawRows rows(List<String> files, boolean labelled, Path temporary) {
    return rows(files, Map.of(), labelled, temporary);
  }

  /**
   * The same with the logs that histories are joined from, where the rows do not bring them.
   *
   * @param sources paths or globs by the name of the source; those that training joined are taken
   *     for the others
   * @throws ConfigException when the model joins nothing from a source of that name
   */
  public RawRows rows(
      List<String> files, Map<String, List<String>> sources, boolean labelled, Path temporary) {
    DataConfig data = config.data();
    Set<String> joined = DataSummary.joined(preprocessor.schema());
    for (String name : sources.keySet()) {
      if (!joined.contains(name)) {
        throw new ConfigException(
            "source %s: the model in %s joins no history from it; %s"
                .formatted(
                    name,
                    path,
                    joined.isEmpty()
                        ? "it joins none at all"
                        : "it joins from " + String.join(", ", joined)));
      }
    }
    Map<String, List<String>> wanted = new LinkedHashMap<>(logs);
    wanted.putAll(sources);
    Map<String, Source> opened = new LinkedHashMap<>();
    wanted.forEach(
        (name, patterns) -> {
          Source known = data.sources().get(name);
          opened.put(name, new Source(patterns, known == null ? Optional.empty() : known.format()));
        });
    DataConfig only =
        new DataConfig(
            opened,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            data.derive(),
            data.format(),
            data.rejects());
    dev.tandem.config.Part part =
        new dev.tandem.config.Part(
            files,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    RawRows.Request request =
        new RawRows.Request(only, part, labelled, config.evaluation().batch());
    return RawRows.open(preprocessor, request, EngineLimits.standard(), temporary);
  }

  /** Metrics over raw rows, encoded block by block by {@link #preprocessor}. */
  public Evaluation evaluate(BlockSource rows) {
    return new Judge(blueprint, config.evaluation())
        .evaluate(sink -> scoring.predict(rows, sink), true);
  }

  /** How the tasks' gradients agreed in training, epoch by epoch; none unless it was measured. */
  public List<Conflict> conflicts() {
    try (Archive archive = Archive.open(path, Verification.ON_USE)) {
      return archive.has(Part.CONFLICT)
          ? ConflictText.read(archive.text(Part.CONFLICT))
          : List.of();
    }
  }

  /**
   * How the tasks' gradients agree over labelled rows with the stored weights.
   *
   * @param rows blocks that are taken as batches
   * @param batches how many at most
   */
  public Conflict conflict(BlockSource rows, int batches) {
    Graph graph = TrainingGraph.forward(blueprint);
    TableInputs tables = new TableInputs(graph, blueprint.layout(), blueprint.tables());
    try (Archive archive = Archive.open(path, Verification.ON_USE);
        Workers workers = new Workers(threads())) {
      Weights weights = Weights.stored(graph, tables.tables(), archive);
      try (ConflictProbe probe =
          new ConflictProbe(blueprint, tables, weights, workers, config.train().seed())) {
        int[] left = {batches};
        return probe.measure(
            0,
            0,
            batch -> {
              boolean more = left[0]-- > 0 && rows.next(batch.batch());
              if (more) {
                batch.prepare();
              }
              return more;
            },
            new PreparedBatch(blueprint, tables, config.train().loss()));
      }
    }
  }

  private int threads() {
    return config.train().threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  /** Metrics over the rows of files. */
  public Evaluation evaluate(List<String> files) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try (RawRows rows = rows(files, true, temporary)) {
      return evaluate(rows::next);
    }
  }

  /** Predictions for a few rows, by name as {@link #outputs} lists them. */
  public List<Map<String, Float>> score(List<? extends Row> rows) {
    Map<String, float[]> named = named(rows);
    List<Map<String, Float>> scored = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      Map<String, Float> row = new LinkedHashMap<>();
      for (Map.Entry<String, float[]> column : named.entrySet()) {
        row.put("predicted_" + column.getKey(), column.getValue()[r]);
      }
      scored.add(row);
    }
    return scored;
  }

  /** Predictions for a few rows, per task or class. */
  private Map<String, float[]> named(List<? extends Row> rows) {
    List<String> names = columns.names();
    Map<String, float[]> named = new LinkedHashMap<>();
    names.forEach(name -> named.put(name, new float[rows.size()]));
    Iterator<? extends List<? extends Row>> blocks =
        rows.isEmpty() ? Collections.emptyIterator() : List.of(rows).iterator();
    predict(
        into -> {
          boolean more = blocks.hasNext();
          if (more) {
            preprocessor.encode(blocks.next(), into, new EncodingCounts());
          }
          return more;
        },
        (batch, predictions) -> {
          float[] values = columns.values(batch, predictions);
          for (int c = 0; c < names.size(); c++) {
            float[] column = named.getOrDefault(names.get(c), new float[0]);
            for (int r = 0; r < batch.rows(); r++) {
              column[r] = values[r * names.size() + c];
            }
          }
        });
    return named;
  }
}
