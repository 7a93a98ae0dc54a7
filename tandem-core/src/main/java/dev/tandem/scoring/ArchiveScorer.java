package dev.tandem.scoring;

import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.archive.StoredTensor;
import dev.tandem.archive.Verification;
import dev.tandem.calibration.Calibration;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Parameter;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A model archive open for scoring: raw rows in, named predictions out. Embedding tables stay on
 * the disk, memory-mapped. Thread-safe; on the plain JVM without locks, and there is nothing to
 * close. In another runtime it can be used as long as that is open.
 *
 * <p>Predictions are named after their tasks; a class of a multi-class task is {@code TASK_CLASS}.
 * They are probabilities, and for regression tasks values in the label's own unit.
 */
public final class ArchiveScorer {
  /** Candidates or rows that are encoded together. */
  private static final int CHUNK = 1024;

  private final Preprocessor preprocessor;
  private final RequestColumns columns;
  private final BatchScorer scorer;
  private final String runtime;
  private final Calibration calibration;
  private final List<String> outputs;
  private final List<Prediction> predictions = new ArrayList<>();

  /**
   * A column of what is predicted.
   *
   * @param output number of the scorer's output, {@code column} its column
   * @param moments what takes it to the label's unit
   */
  private record Prediction(String name, int output, int column, Optional<Moments> moments) {}

  private ArchiveScorer(
      Preprocessor preprocessor, BatchScorer scorer, Calibration calibration, String runtime) {
    this.runtime = runtime;
    this.calibration = calibration;
    this.outputs = scorer.outputs().stream().map(o -> o.substring("prediction.".length())).toList();
    this.preprocessor = preprocessor;
    this.columns = new RequestColumns(preprocessor);
    this.scorer = scorer;
    Map<String, Task> tasks = new HashMap<>();
    preprocessor.tasks().forEach(t -> tasks.put(t.name(), t));
    for (int i = 0; i < outputs.size(); i++) {
      String name = outputs.get(i);
      Task task = tasks.get(name);
      if (task != null && task.kind() == TaskKind.MULTICLASS) {
        List<String> classes = preprocessor.classes(name);
        for (int c = 0; c < classes.size(); c++) {
          predictions.add(new Prediction(name + "_" + classes.get(c), i, c, Optional.empty()));
        }
      } else {
        boolean number = task != null && task.kind() == TaskKind.REGRESSION;
        predictions.add(
            new Prediction(
                name,
                i,
                0,
                number ? Optional.of(preprocessor.labelMoments(name)) : Optional.empty()));
      }
    }
  }

  /**
   * Opens an archive on the plain JVM and replays some of its golden rows, if it has any.
   *
   * @throws ArchiveException if it is no archive, damaged, or its golden rows come out otherwise
   */
  public static ArchiveScorer open(Path directory) {
    return open(directory, Verification.ON_USE);
  }

  /**
   * Opens an archive on the plain JVM.
   *
   * @param verification {@code FULL} checks every byte and replays every golden row
   */
  public static ArchiveScorer open(Path directory, Verification verification) {
    return open(directory, verification, GraphCompiler.JAVA);
  }

  /**
   * Opens an archive.
   *
   * @param verification {@code FULL} checks every byte and replays every golden row
   * @param compiler the runtime
   */
  public static ArchiveScorer open(
      Path directory, Verification verification, GraphCompiler compiler) {
    try (Archive archive = Archive.open(directory, verification)) {
      ArchiveScorer opened = of(archive, compiler);
      opened.replay(
          archive,
          verification == Verification.FULL ? GoldenRows.Replay.ALL : GoldenRows.Replay.SOME);
      return opened;
    }
  }

  /**
   * The scorer of an open archive on the plain JVM; golden rows are not replayed. The archive may
   * be closed afterwards.
   *
   * @throws ArchiveException if its parts do not fit together
   */
  public static ArchiveScorer of(Archive archive) {
    return of(archive, GraphCompiler.JAVA);
  }

  private static ArchiveScorer of(Archive archive, GraphCompiler compiler) {
    // what is large is read and hashed beside the rest
    CompletableFuture<Map<String, RowTable>> tables = beside(() -> tables(archive));
    try {
      Schema schema =
          Canonical.read(
              archive.text(Part.SCHEMA),
              archive.path().resolve(Part.SCHEMA).toString(),
              Schema.class,
              Catalog.empty());
      CompletableFuture<Preprocessor> preprocessor =
          beside(() -> Preprocessor.read(schema, archive::stream));
      Graph graph =
          GraphText.read(archive.text(Part.GRAPH)).select(name -> name.startsWith("prediction."));
      BatchScorer scorer =
          BatchScorer.of(
              graph, parameters(archive, graph), schema.layout(), join(tables), compiler);
      return new ArchiveScorer(join(preprocessor), scorer, calibration(archive), compiler.name());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw unusable(archive, e);
    }
  }

  /** Reads something of an archive. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** A result that comes while the caller does something else. */
  private static <T> CompletableFuture<T> beside(Reading<T> reading) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return reading.read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static <T> T join(CompletableFuture<T> result) {
    try {
      return result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * Scores the archive's golden rows again.
   *
   * @return how many there were to replay
   * @throws ArchiveException if they are no golden rows or come out otherwise
   */
  public int replay(Archive archive, GoldenRows.Replay replay) {
    if (!archive.has(Part.GOLDEN_ROWS)) {
      return 0;
    }
    try {
      return GoldenRows.read(archive.text(Part.GOLDEN_ROWS))
          .replay(archive.path(), runtime, replay, this::score);
    } catch (IllegalArgumentException | DataException e) {
      throw unusable(archive, e);
    }
  }

  private static ArchiveException unusable(Archive archive, Exception e) {
    return new ArchiveException(
        ArchiveException.Kind.CORRUPT,
        archive.path() + " cannot be scored with: " + e.getMessage(),
        e);
  }

  /** How an archive corrects its probabilities. */
  public static Calibration calibration(Archive archive) {
    return archive.has(Part.CALIBRATION)
        ? Calibration.read(
            archive.text(Part.CALIBRATION), archive.path().resolve(Part.CALIBRATION).toString())
        : Calibration.NONE;
  }

  private static Map<String, float[]> parameters(Archive archive, Graph graph) {
    SafetensorsFile weights = archive.tensors(Part.WEIGHTS);
    Map<String, float[]> parameters = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      parameters.put(p.name(), weights.tensor(p.name()).floats());
    }
    return parameters;
  }

  private static Map<String, RowTable> tables(Archive archive) {
    Map<String, RowTable> tables = new HashMap<>();
    if (archive.has(Part.TABLES)) {
      for (StoredTensor tensor : archive.tensors(Part.TABLES).tensors()) {
        tables.put(tensor.spec().name(), RowTable.of(tensor.map()));
      }
    }
    return tables;
  }

  /** The fitted preprocessing. */
  public Preprocessor preprocessor() {
    return preprocessor;
  }

  /** Names of the predictions, in order. */
  public List<String> predictions() {
    return predictions.stream().map(Prediction::name).toList();
  }

  /**
   * Scores one row.
   *
   * @throws dev.tandem.feature.DataException if it lacks a column (null is a missing value), or a
   *     value is of a wrong type or not finite
   */
  public Map<String, Double> score(Row row) {
    Map<String, Double> scores = new LinkedHashMap<>();
    score(List.of(row)).forEach((name, values) -> scores.put(name, (double) values[0]));
    return scores;
  }

  /** {@link #score(Row)}; refuses columns that the model does not know, too. */
  public Map<String, Double> score(Map<String, ?> row) {
    columns.requireKnown(row, "the row");
    return score(Row.of(row));
  }

  /** Scores rows; per prediction one number per row. */
  public Map<String, float[]> score(List<? extends Row> rows) {
    for (int i = 0; i < rows.size(); i++) {
      columns.requireAll(rows.get(i), i);
    }
    float[][] results = new float[predictions.size()][rows.size()];
    Batch batch = preprocessor.newBatch();
    float[][] block = block(Math.min(CHUNK, rows.size()));
    for (int from = 0; from < rows.size(); from += CHUNK) {
      List<? extends Row> chunk = rows.subList(from, Math.min(from + CHUNK, rows.size()));
      int first = from;
      columns.encode(chunk, i -> "row " + (first + i), batch);
      scorer.score(batch, block);
      store(block, results, from, chunk.size());
    }
    return named(results);
  }

  /**
   * Scores candidates for one user in one context; what depends on these alone is computed once.
   *
   * @param user the columns of the user's and the context's features
   * @param candidates the columns of all others, which they may also have from {@code user}; what
   *     they say of the user's own columns is not read; none gives empty results
   * @return per prediction one number per candidate
   * @throws dev.tandem.feature.DataException if the request or a candidate lacks a column (null is
   *     a missing value), or a value is of a wrong type or not finite
   */
  public Map<String, float[]> rank(Row user, List<? extends Row> candidates) {
    float[][] results = new float[predictions.size()][candidates.size()];
    if (candidates.isEmpty()) {
      return named(results);
    }
    columns.requireRequest(user);
    Batch request = preprocessor.newBatch();
    Batch batch = preprocessor.newBatch();
    columns.encode(List.of(user), i -> "the request", request);
    float[][] block = block(Math.min(CHUNK, candidates.size()));
    boolean shares = scorer.sharesRequests();
    for (int from = 0; from < candidates.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, candidates.size());
      List<Row> chunk = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        columns.requireCandidate(user, candidates.get(i), i);
        chunk.add(columns.candidate(user, candidates.get(i), shares));
      }
      int first = from;
      columns.encode(chunk, i -> "candidate " + (first + i), batch);
      if (shares) {
        scorer.rank(request, batch, block);
      } else {
        scorer.score(batch, block);
      }
      store(block, results, from, to - from);
    }
    return named(results);
  }

  /**
   * {@link #rank(Row, List)}; refuses columns that the model does not know, too, and candidates
   * that bring the request's.
   */
  public Map<String, float[]> rank(Map<String, ?> user, List<? extends Map<String, ?>> candidates) {
    columns.requireKnown(user, "the request");
    for (int i = 0; i < candidates.size(); i++) {
      columns.requireKnownCandidate(candidates.get(i), i);
    }
    return rank(Row.of(user), candidates.stream().map(Row::of).toList());
  }

  /**
   * Scores rows that are encoded already; per output of the graph rows · width numbers, as the
   * network gives them: before calibration and in the network's own unit.
   */
  public BatchScorer encoded() {
    return scorer;
  }

  private float[][] block(int rows) {
    float[][] block = new float[scorer.outputs().size()][];
    for (int i = 0; i < block.length; i++) {
      block[i] = new float[rows * scorer.width(i)];
    }
    return block;
  }

  private void store(float[][] block, float[][] results, int from, int rows) {
    calibration.apply(outputs, block, rows);
    for (int p = 0; p < results.length; p++) {
      Prediction prediction = predictions.get(p);
      int width = scorer.width(prediction.output);
      for (int r = 0; r < rows; r++) {
        float value = block[prediction.output][r * width + prediction.column];
        if (prediction.moments.isPresent()) {
          value = (float) prediction.moments.get().restore(value);
        }
        results[p][from + r] = value;
      }
    }
  }

  private Map<String, float[]> named(float[][] results) {
    Map<String, float[]> named = new LinkedHashMap<>();
    for (int p = 0; p < results.length; p++) {
      named.put(predictions.get(p).name, results[p]);
    }
    return named;
  }
}
