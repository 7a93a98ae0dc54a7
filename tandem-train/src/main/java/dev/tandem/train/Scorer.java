package dev.tandem.train;

import dev.tandem.config.LossConfig;
import dev.tandem.feature.EncodedData;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Parameter;
import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Scores encoded rows in order with the weights as they stand: several blocks at once, each on its
 * own thread.
 */
final class Scorer implements AutoCloseable {

  private final Blueprint blueprint;
  private final List<Task> predicted;
  private final TableInputs tables;
  private final Weights weights;
  private final Workers workers;
  private final GraphSession session;
  private final int blockRows;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<String> probes = new ArrayList<>();

  /** One thread's buffers. */
  private final class Lane {
    final PreparedBatch batch = new PreparedBatch(blueprint, tables, NO_LOSS);
    final Chunk chunk = new Chunk(session, tables, weights.dense(), Map.of());
    final float[][] predictions = new float[predicted.size()][0];
    final Map<String, float[]> probes = new LinkedHashMap<>();
    float[] values = {};
  }

  private static final LossConfig NO_LOSS =
      new LossConfig(LossConfig.Reduction.SUM, LossConfig.Norm.MASK_SUM, LossConfig.Period.EPOCH);

  Scorer(Blueprint blueprint, Weights weights, Workers workers, int blockRows) {
    this(blueprint, weights, workers, blockRows, name -> false);
  }

  /** Also computes the probes whose names pass. */
  Scorer(
      Blueprint blueprint,
      Weights weights,
      Workers workers,
      int blockRows,
      Predicate<String> probes) {
    this.blueprint = blueprint;
    this.predicted = blueprint.predicted();
    this.weights = weights;
    this.workers = workers;
    this.blockRows = blockRows;
    Graph graph = graph(blueprint, probes);
    graph.outputs().keySet().stream().filter(probes).forEach(this.probes::add);
    this.tables = new TableInputs(graph, blueprint.layout(), blueprint.tables());
    this.session = GraphSession.open(graph);
    for (int t = 0; t < workers.threads(); t++) {
      lanes.add(new Lane());
    }
  }

  /** The graph of a blueprint's predictions alone. */
  static Graph graph(Blueprint blueprint) {
    return graph(blueprint, name -> false);
  }

  private static Graph graph(Blueprint blueprint, Predicate<String> probes) {
    Graph whole = blueprint.model().scoring(blueprint.layout(), blueprint.tasks());
    Graph served = whole.select(name -> name.startsWith("prediction."));
    // A probe of what the loss alone needs, as ESCM²'s imputation, has no weights in an archive.
    Set<Parameter> stored = Set.copyOf(served.parameters());
    return whole.select(
        name ->
            name.startsWith("prediction.")
                || (probes.test(name)
                    && stored.containsAll(whole.select(name::equals).parameters())));
  }

  /** Scores all rows of a data set. */
  void score(EncodedData data, PredictionSink sink) {
    long rows = data.rows();
    int lanesUsed = lanes.size();
    for (long start = 0; start < rows; start += (long) blockRows * lanesUsed) {
      long wave = start;
      int blocks = (int) Math.min(lanesUsed, (rows - start + blockRows - 1) / blockRows);
      workers.run(blocks, b -> block(lanes.get(b), data, wave + (long) b * blockRows));
      for (int b = 0; b < blocks; b++) {
        sink.accept(lanes.get(b).batch.batch(), lanes.get(b).predictions);
      }
    }
  }

  /** Scores blocks in order until the source has no more. */
  void score(BlockSource source, PredictionSink sink) {
    score(source, (rows, predictions, probed) -> sink.accept(rows, predictions));
  }

  /** Scores blocks in order until the source has no more, and hands on the probes. */
  void score(BlockSource source, ProbeSink sink) {
    boolean more = true;
    while (more) {
      int filled = 0;
      while (filled < lanes.size() && more) {
        more = source.next(lanes.get(filled).batch.batch());
        filled += more ? 1 : 0;
      }
      workers.run(filled, b -> run(lanes.get(b), lanes.get(b).batch.batch().rows()));
      for (int b = 0; b < filled; b++) {
        Lane lane = lanes.get(b);
        sink.accept(lane.batch.batch(), lane.predictions, lane.probes);
      }
    }
  }

  private void block(Lane lane, EncodedData data, long from) {
    int rows = (int) Math.min(blockRows, data.rows() - from);
    long[] numbers = lane.batch.rowNumbers(rows);
    for (int i = 0; i < rows; i++) {
      numbers[i] = from + i;
    }
    data.read(numbers, 0, rows, lane.batch.batch());
    run(lane, rows);
  }

  private void run(Lane lane, int rows) {
    lane.batch.look();
    int size = tables.size(rows, lane.batch.lengths());
    if (lane.values.length < size) {
      lane.values = new float[size];
    }
    lane.chunk.features(lane.batch, weights, lane.values, 0, rows);
    Map<String, Integer> sizes = lane.chunk.sizes(lane.batch, 0, rows);
    lane.chunk.run(sizes);
    for (String probe : probes) {
      lane.probes.put(probe, lane.chunk.get(probe, sizes));
    }
    for (int k = 0; k < lane.predictions.length; k++) {
      Task task = predicted.get(k);
      int count = rows * task.outputs();
      if (lane.predictions[k].length < count) {
        lane.predictions[k] = new float[count];
      }
      lane.chunk.get("prediction." + task.name(), lane.predictions[k], 0, count);
    }
  }

  @Override
  public void close() {
    lanes.forEach(lane -> lane.chunk.close());
    session.close();
  }
}
