package dev.tandem.train;

import dev.tandem.archive.Archive;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.DataConfig;
import dev.tandem.config.RunConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.ingest.EngineLimits;
import dev.tandem.ingest.RawRows;
import dev.tandem.metric.Evaluation;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained model opened from its archive: everything that scoring and judging raw rows takes. Not
 * thread-safe.
 */
public final class StoredModel {
  private final Path path;
  private final Origin origin;
  private final RunConfig config;
  private final Preprocessor preprocessor;
  private final TrainedModel model;

  private StoredModel(
      Path path, Origin origin, RunConfig config, Preprocessor preprocessor, TrainedModel model) {
    this.path = path;
    this.origin = origin;
    this.config = config;
    this.preprocessor = preprocessor;
    this.model = model;
  }

  /**
   * Opens an archive after checking every byte of it.
   *
   * @throws dev.tandem.archive.ArchiveException when it is none, too old, too new or damaged
   */
  public static StoredModel open(Path directory) {
    Catalog catalog = ComponentCatalog.all();
    try (Archive archive = Archive.open(directory)) {
      Schema schema =
          Canonical.read(
              archive.text(Part.SCHEMA),
              directory.resolve(Part.SCHEMA).toString(),
              Schema.class,
              Catalog.empty());
      RunConfig config =
          Canonical.read(
              archive.text(Part.CONFIG),
              directory.resolve(Part.CONFIG).toString(),
              RunConfig.class,
              catalog);
      Preprocessor preprocessor = Preprocessor.read(schema, archive::stream);
      Blueprint blueprint = Blueprint.of(preprocessor, Networks.of(config.model(), catalog));
      int threads = config.train().threads().orElse(Runtime.getRuntime().availableProcessors());
      TrainedModel model = TrainedModel.stored(blueprint, config.evaluation(), threads, archive);
      return new StoredModel(directory, archive.origin(), config, preprocessor, model);
    } catch (IOException e) {
      throw new DataException(directory + " cannot be read: " + e.getMessage(), e);
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

  /** The model itself. */
  public TrainedModel model() {
    return model;
  }

  /**
   * Names of its predictions, one per column of what {@link #scores} gives: {@code predicted_TASK},
   * and {@code predicted_TASK_CLASS} for each class of a multi-class task.
   */
  public List<String> outputs() {
    List<String> names = new ArrayList<>();
    for (Task task : preprocessor.tasks()) {
      if (task.kind() == TaskKind.MULTICLASS) {
        preprocessor.classes(task.name()).forEach(c -> names.add(column(task) + "_" + c));
      } else {
        names.add(column(task));
      }
    }
    return names;
  }

  private static String column(Task task) {
    return "predicted_" + task.name();
  }

  /**
   * One block's predictions as rows [rows · {@link #outputs}]: probabilities, and for regression
   * tasks values in original units.
   *
   * @param rows the block
   * @param predictions as a {@link PredictionSink} receives them
   */
  public float[] scores(Batch rows, float[][] predictions) {
    int width = outputs().size();
    float[] scores = new float[rows.rows() * width];
    int column = 0;
    for (int k = 0; k < preprocessor.tasks().size(); k++) {
      Task task = preprocessor.tasks().get(k);
      Moments moments = preprocessor.labelMoments(task.name());
      for (int c = 0; c < task.outputs(); c++) {
        for (int r = 0; r < rows.rows(); r++) {
          float value = predictions[k][r * task.outputs() + c];
          scores[r * width + column] =
              task.kind() == TaskKind.REGRESSION ? (float) moments.restore(value) : value;
        }
        column++;
      }
    }
    return scores;
  }

  /**
   * Opens raw rows of files for this model; close them.
   *
   * @param files paths or globs; Parquet, CSV or JSON lines, columns as in training
   * @param labelled whether their labels are wanted
   * @param temporary directory for what is written on the way
   */
  public RawRows rows(List<String> files, boolean labelled, Path temporary) {
    DataConfig data = config.data();
    DataConfig only =
        new DataConfig(
            Map.of(),
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

  /** Metrics over the rows of files. */
  public Evaluation evaluate(List<String> files) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try (RawRows rows = rows(files, true, temporary)) {
      return model.evaluate(rows::next);
    }
  }

  /** Predictions for a few rows, by name as {@link #outputs} lists them. */
  public List<Map<String, Float>> score(List<? extends Row> rows) {
    List<Map<String, Float>> scored = new ArrayList<>();
    if (rows.isEmpty()) {
      return scored;
    }
    List<String> names = outputs();
    boolean[] read = {false};
    model.predict(
        into -> {
          if (read[0]) {
            return false;
          }
          preprocessor.encode(rows, into, new EncodingCounts());
          read[0] = true;
          return true;
        },
        (batch, predictions) -> {
          float[] values = scores(batch, predictions);
          for (int r = 0; r < batch.rows(); r++) {
            Map<String, Float> row = new LinkedHashMap<>();
            for (int c = 0; c < names.size(); c++) {
              row.put(names.get(c), values[r * names.size() + c]);
            }
            scored.add(row);
          }
        });
    return scored;
  }
}
