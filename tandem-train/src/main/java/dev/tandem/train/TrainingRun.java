package dev.tandem.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.ArchiveWriter;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.Verification;
import dev.tandem.balance.Balancing;
import dev.tandem.calibration.Calibration;
import dev.tandem.config.Binder;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.Column;
import dev.tandem.config.ConfigException;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.Resolution;
import dev.tandem.config.Resolver;
import dev.tandem.config.RunConfig;
import dev.tandem.graph.GraphText;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.Ingest;
import dev.tandem.ingest.PartSummary;
import dev.tandem.ingest.PreparedData;
import dev.tandem.ingest.Progress;
import dev.tandem.ingest.RawSample;
import dev.tandem.metric.Evaluation;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.scoring.GoldenRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A run from its configuration to the archive of its model: the whole of {@code tandem train}.
 * Immutable; the data stay prepared in the cache.
 */
public final class TrainingRun {
  /** Where checkpoints lie while a run is under way, in the directory of its archive. */
  public static final String CHECKPOINTS = "checkpoints";

  private final LoadedRun run;
  private final Catalog catalog;
  private final Resolution resolution;
  private final PreparedData data;
  private final Blueprint blueprint;

  private TrainingRun(LoadedRun run, Catalog catalog, Resolution resolution, PreparedData data) {
    this.run = run;
    this.catalog = catalog;
    this.resolution = resolution;
    this.data = data;
    this.blueprint = Blueprint.of(data.preprocessor(), Networks.of(run.config().model(), catalog));
    Networks.check(run.config(), catalog, blueprint.tasks());
    try {
      blueprint.model().training(blueprint.layout(), blueprint.tasks());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "the model does not fit these features and tasks: " + e.getMessage(), e);
    }
  }

  /**
   * What a finished run leaves, beside its archive.
   *
   * @param model the trained model, still in memory
   * @param validation metrics of the validation part, when there is one
   * @param test metrics of the test part, when there is one
   */
  public record Outcome(
      TrainedModel model, Optional<Evaluation> validation, Optional<Evaluation> test) {

    /** Both evaluations by the name of their part, as the archive and {@code --json} have them. */
    public Map<String, Object> metrics() {
      Map<String, Object> metrics = new LinkedHashMap<>();
      validation.ifPresent(e -> metrics.put("validation", e.toMap()));
      test.ifPresent(e -> metrics.put("test", e.toMap()));
      return metrics;
    }
  }

  /** As the full form, in silence. */
  public static TrainingRun prepare(LoadedRun run, Path cache) {
    return prepare(run, cache, Progress.SILENT);
  }

  /**
   * Lays a configuration over its data and prepares them, unless the cache has them already.
   *
   * @param run the configuration
   * @param cache directory for prepared data
   * @param progress hears how far the preparation has come
   * @throws dev.tandem.config.ConfigException when the configuration does not fit the columns
   * @throws dev.tandem.feature.DataException when the data cannot be used
   */
  public static TrainingRun prepare(LoadedRun run, Path cache, Progress progress) {
    Catalog catalog = ComponentCatalog.all();
    Ingest ingest = new Ingest(cache, EngineLimits.standard(), progress);
    Resolution resolution = resolve(run.config(), ingest);
    PreparedData data = ingest.prepare(run.config().data(), resolution.schema());
    return new TrainingRun(run, catalog, resolution, data);
  }

  /** Another network, or another way of training it, over the same prepared data. */
  TrainingRun with(LoadedRun other) {
    return new TrainingRun(other, catalog, resolution, data);
  }

  /** Lays a configuration over the columns of its training rows. */
  public static Resolution resolve(RunConfig config, Ingest ingest) {
    List<Column> columns =
        ingest.columns(config.data()).stream().map(c -> new Column(c.name(), c.sqlType())).toList();
    return Resolver.resolve(config, columns);
  }

  /** What the columns mean. */
  public Schema schema() {
    return resolution.schema();
  }

  /** What a reader should know of the features and tasks, one sentence each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(resolution.notes());
    if (blueprint.model().body().ordersTasks() || blueprint.model().head().ordersTasks()) {
      notes.addAll(againstTheOrder());
    }
    return notes;
  }

  /** Tasks whose positives are not all positive for the task before, though the model says so. */
  private List<String> againstTheOrder() {
    List<String> notes = new ArrayList<>();
    PartSummary summary = data.summary("train");
    for (int k = 1; k < blueprint.tasks().size(); k++) {
      String task = blueprint.tasks().get(k).name();
      long against = summary.labels(task).unpreceded();
      if (against > 0) {
        notes.add(
            "the model takes the order of the tasks for that of the behaviours, but %,d of %,d training rows positive for %s are negative for %s before it"
                .formatted(
                    against,
                    summary.labels(task).positives(),
                    task,
                    blueprint.tasks().get(k - 1).name()));
      }
    }
    return notes;
  }

  /** The prepared data. */
  public PreparedData data() {
    return data;
  }

  /** What is trained. */
  public Blueprint blueprint() {
    return blueprint;
  }

  /** Hash of everything that the result depends on: configuration, seed and data. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Canonical.yaml(run.portable(), catalog).getBytes(StandardCharsets.UTF_8));
      digest.update(data.fingerprint().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /**
   * Whether a directory holds the finished model of this very run.
   *
   * @throws UnfinishedRunException if it holds that of another run and nothing to go on with
   */
  public boolean isDone(Path out) {
    if (Files.isDirectory(out.resolve(CHECKPOINTS))) {
      return false;
    }
    try (Archive archive = Archive.open(out, Verification.ON_USE)) {
      if (!archive.origin().runHash().equals(hash())) {
        throw UnfinishedRunException.ended(out);
      }
      return true;
    } catch (ArchiveException e) {
      return false;
    }
  }

  /** Trains in memory and nowhere else but for checkpoints, which are gone when it is done. */
  public Outcome train(Path checkpoints, TrainingListener listener) {
    Outcome outcome = train(checkpoints, false, listener, () -> false);
    delete(checkpoints);
    return outcome;
  }

  private Outcome train(
      Path checkpoints, boolean resume, TrainingListener listener, BooleanSupplier stop) {
    RunConfig config = run.config();
    TrainingJob job =
        new TrainingJob(
            blueprint,
            config.train(),
            config.evaluation(),
            data.train(),
            data.validation(),
            checkpoints,
            hash(),
            resume);
    Balancing balancing =
        (Balancing) Binder.component(config.train().balance(), "balance", catalog);
    TrainedModel trained = Trainer.train(job, balancing, listener, stop);
    TrainedModel model = Calibrating.of(config, trained, data.validation());
    return new Outcome(model, model.validation(), data.test().map(model::evaluate));
  }

  /**
   * How and where to train.
   *
   * @param out directory of the archive; an archive that is there is replaced at the end
   * @param command what was typed, for the archive
   * @param resume whether to go on from the checkpoints in {@code out}
   */
  public record Target(Path out, String command, boolean resume) {
    /** A new run. */
    public static Target of(Path out) {
      return new Target(out, "", false);
    }
  }

  /** As the full form, in silence. */
  public Outcome train(Target target) {
    return train(target, TrainingListener.SILENT, () -> false);
  }

  /**
   * Trains, judges, and writes the archive.
   *
   * @param listener hears of progress
   * @param stop asked after every step
   * @throws StoppedException when it was asked to stop; the state is saved
   * @throws DivergedException when a loss is not finite
   * @throws ArchiveException when another training uses the directory, or the disk refuses
   */
  public Outcome train(Target target, TrainingListener listener, BooleanSupplier stop) {
    Path checkpoints = target.out().resolve(CHECKPOINTS);
    Outcome outcome = train(checkpoints, target.resume(), listener, stop);
    write(target, outcome);
    delete(checkpoints);
    return outcome;
  }

  private void write(Target target, Outcome outcome) {
    TrainedModel model = outcome.model();
    GoldenRows golden = golden(model);
    Origin origin =
        new Origin(target.command(), hash(), run.config().train().seed(), data.fingerprint());
    ArchiveWriter.write(
        target.out(),
        origin,
        parts -> {
          parts.text(Part.SCHEMA, Canonical.json(schema(), Catalog.empty()));
          parts.text(Part.CONFIG, Canonical.yaml(run.portable(), catalog));
          data.preprocessor().write(parts::open);
          parts.text(Part.GRAPH, GraphText.write(model.scoringGraph()));
          model.writeParameters(parts, Part.WEIGHTS);
          model.writeTables(parts, Part.TABLES);
          parts.text(
              Part.METRICS,
              new ObjectMapper()
                      .writerWithDefaultPrettyPrinter()
                      .writeValueAsString(outcome.metrics())
                  + "\n");
          parts.text(Part.CURVES, model.curvesCsv());
          if (!model.conflicts().isEmpty()) {
            List<String> tasks = blueprint.tasks().stream().map(Task::name).toList();
            parts.text(Part.CONFLICT, ConflictText.write(tasks, model.conflicts()));
          }
          parts.text(Part.DATA, DataSummary.json(data, run.config().data().sources()));
          RowReads.write(parts, RowReads.count(data.train(), blueprint));
          if (!model.calibration().equals(Calibration.NONE)) {
            parts.text(Part.CALIBRATION, model.calibration().text());
          }
          if (!golden.rows().isEmpty()) {
            parts.text(Part.GOLDEN_ROWS, golden.text());
          }
        });
  }

  /** Raw rows with what this model, still in memory, predicts for them as training reads them. */
  private GoldenRows golden(TrainedModel model) {
    RawSample sample = RawSample.of(data);
    PredictionColumns columns = new PredictionColumns(data.preprocessor(), blueprint.predicted());
    List<String> names = columns.names();
    List<GoldenRows.Golden> rows = new ArrayList<>();
    model.predict(
        sample.encoded(),
        (batch, predictions) -> {
          float[] values = columns.values(batch, predictions);
          for (int r = 0; r < batch.rows(); r++) {
            Map<String, Double> named = new LinkedHashMap<>();
            for (int c = 0; c < names.size(); c++) {
              named.put(names.get(c), (double) values[r * names.size() + c]);
            }
            rows.add(new GoldenRows.Golden(sample.rows().get(rows.size()), named));
          }
        });
    return new GoldenRows(rows);
  }

  private static void delete(Path checkpoints) {
    try {
      AtomicFiles.deleteTree(checkpoints);
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveException.Kind.NOT_WRITTEN,
          "the checkpoints in "
              + checkpoints
              + " are no longer needed, but cannot be removed: "
              + e.getMessage(),
          e);
    }
  }
}
