package dev.tandem.train;

import dev.tandem.archive.Archive;
import dev.tandem.archive.PartsWriter;
import dev.tandem.archive.TensorSpec;
import dev.tandem.calibration.Calibration;
import dev.tandem.config.EvaluationConfig;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Graph;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.Rows;
import dev.tandem.schema.Task;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GraphParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A model whose training is done, in memory. Not thread-safe. */
public final class TrainedModel {
  private final Blueprint blueprint;
  private final EvaluationConfig evaluation;
  private final Weights weights;
  private final int threads;
  private final List<CurvePoint> curves;
  private final List<Conflict> conflicts;
  private final long steps;
  private final long bestStep;
  private final Optional<Evaluation> validation;
  private final Calibration calibration;

  TrainedModel(
      Blueprint blueprint,
      EvaluationConfig evaluation,
      Weights weights,
      int threads,
      RunState state,
      Optional<Evaluation> validation) {
    this.blueprint = blueprint;
    this.evaluation = evaluation;
    this.weights = weights;
    this.threads = threads;
    this.curves = List.copyOf(state.curves);
    this.conflicts = List.copyOf(state.conflicts);
    this.steps = state.step;
    this.bestStep = state.bestStep;
    this.validation = validation;
    this.calibration = Calibration.NONE;
  }

  private TrainedModel(
      TrainedModel other, Calibration calibration, Optional<EncodedData> validation) {
    this.blueprint = other.blueprint;
    this.evaluation = other.evaluation;
    this.weights = other.weights;
    this.threads = other.threads;
    this.curves = other.curves;
    this.conflicts = other.conflicts;
    this.steps = other.steps;
    this.bestStep = other.bestStep;
    this.calibration = calibration;
    this.validation = validation.map(this::evaluate);
  }

  /** A model as an archive holds it, without the story of its training. */
  static TrainedModel stored(
      Blueprint blueprint, EvaluationConfig evaluation, int threads, Archive archive) {
    Graph graph = Scorer.graph(blueprint);
    List<FittedTable> tables =
        new TableInputs(graph, blueprint.layout(), blueprint.tables()).tables();
    Weights weights = Weights.stored(graph, tables, archive);
    RunState state = new RunState(blueprint.tasks().size());
    return new TrainedModel(blueprint, evaluation, weights, threads, state, Optional.empty())
        .calibrated(ArchiveScorer.calibration(archive), Optional.empty());
  }

  /**
   * The same model with its probabilities corrected.
   *
   * @param rows what to judge it on again
   */
  TrainedModel calibrated(Calibration correction, Optional<EncodedData> rows) {
    return new TrainedModel(this, correction, rows);
  }

  /** How its probabilities are corrected. */
  public Calibration calibration() {
    return calibration;
  }

  /** What was trained. */
  public Blueprint blueprint() {
    return blueprint;
  }

  /** Steps made, those after the best state included. */
  public long steps() {
    return steps;
  }

  /** The step whose state this is. */
  public long bestStep() {
    return bestStep;
  }

  /** Losses and metrics epoch by epoch. */
  public List<CurvePoint> curves() {
    return curves;
  }

  /**
   * What the model measured of its training batches, such as the share of clipped propensities:
   * means over the last epoch by name; empty for most models.
   */
  public Map<String, Double> measures() {
    Map<String, Double> last = new TreeMap<>();
    curves.stream()
        .filter(p -> p.part().equals("train") && p.task().isEmpty() && !p.metric().equals("loss"))
        .forEach(p -> last.put(p.metric(), p.value()));
    return last;
  }

  /** How the tasks' gradients agreed, epoch by epoch; none unless the configuration asks for it. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /** Metrics of this state on the validation part, when there was one. */
  public Optional<Evaluation> validation() {
    return validation;
  }

  /** The graph of its predictions. */
  public Graph scoringGraph() {
    return Scorer.graph(blueprint);
  }

  /** A copy of every dense parameter by name, row-major. */
  public Map<String, float[]> parameters() {
    return weights.copy();
  }

  /** Its embedding tables. */
  public List<EmbeddingTable> tables() {
    return weights.tables();
  }

  /** Metrics over other rows, encoded by the same preprocessor. */
  public Evaluation evaluate(EncodedData data) {
    return new Judge(blueprint, evaluation).evaluate(sink -> predict(data, sink), true);
  }

  /** Metrics over raw rows, encoded block by block by the same preprocessor. */
  public Evaluation evaluate(BlockSource rows) {
    return new Judge(blueprint, evaluation).evaluate(sink -> predict(rows, sink), true);
  }

  /** Scores and labels by task, of the rows where they are observed. */
  Map<String, Rows> judged(EncodedData data) {
    return new Judge(blueprint, evaluation).judged(sink -> predict(data, sink));
  }

  /** Scores rows in order. */
  public void predict(EncodedData data, PredictionSink sink) {
    try (Workers workers = new Workers(threads);
        Scorer scorer = new Scorer(blueprint, weights, workers, evaluation.batch())) {
      scorer.score(data, corrected(sink));
    }
  }

  /** Scores raw rows in order, encoded block by block by the same preprocessor. */
  public void predict(BlockSource rows, PredictionSink sink) {
    try (Workers workers = new Workers(threads);
        Scorer scorer = new Scorer(blueprint, weights, workers, evaluation.batch())) {
      scorer.score(rows, corrected(sink));
    }
  }

  private PredictionSink corrected(PredictionSink sink) {
    return (rows, predictions) -> {
      correct(calibration, blueprint, rows, predictions);
      sink.accept(rows, predictions);
    };
  }

  /** Calibrates one block's tasks and products in place. */
  static void correct(
      Calibration calibration, Blueprint blueprint, Batch rows, float[][] predictions) {
    List<String> names = blueprint.predicted().stream().map(Task::name).toList();
    calibration.apply(names, predictions, rows.rows());
  }

  /**
   * Scores raw rows in order and also looks inside the network.
   *
   * @param probes which of the network's probes are wanted, by name, such as {@code
   *     probe.gate.0.weights}
   */
  public void probe(BlockSource rows, Predicate<String> probes, ProbeSink sink) {
    probeUncorrected(
        rows,
        probes,
        (block, predictions, probed) -> {
          correct(block, predictions);
          sink.accept(block, predictions, probed);
        });
  }

  /** As {@link #probe}, but with the network's own probabilities. */
  public void probeUncorrected(BlockSource rows, Predicate<String> probes, ProbeSink sink) {
    try (Workers workers = new Workers(threads);
        Scorer scorer = new Scorer(blueprint, weights, workers, evaluation.batch(), probes)) {
      scorer.score(rows, sink);
    }
  }

  /** Calibrates the network's own probabilities of one block in place. */
  public void correct(Batch rows, float[][] predictions) {
    correct(calibration, blueprint, rows, predictions);
  }

  /** Writes the dense parameters as a part of an archive. */
  public void writeParameters(PartsWriter parts, String part) throws IOException {
    GraphParts.write(parts, part, weights.parameters(), p -> weights.dense().get(p.name()));
  }

  /** Writes the tables' weights as a part of an archive, one tensor [rows, dim] each. */
  public void writeTables(PartsWriter parts, String part) throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    weights.tables().forEach(t -> specs.add(TensorSpec.f32(t.name(), t.rows(), t.dim())));
    parts.tensors(
        part,
        specs,
        out -> {
          for (EmbeddingTable t : weights.tables()) {
            CheckpointFile.write(out, t, true);
          }
        });
  }

  /** The learning curves as a table: one line per point. */
  public String curvesCsv() {
    StringBuilder csv = new StringBuilder("epoch,step,part,task,metric,value\n");
    for (CurvePoint p : curves) {
      csv.append(p.epoch()).append(',').append(p.step()).append(',').append(p.part()).append(',');
      csv.append(p.task()).append(',').append(p.metric()).append(',').append(p.value());
      csv.append('\n');
    }
    return csv.toString();
  }
}
