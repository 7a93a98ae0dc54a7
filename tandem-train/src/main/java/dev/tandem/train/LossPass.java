package dev.tandem.train;

import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass for the tasks' losses alone, for balancing rules that want to know them before the
 * step, or once more after it. Nothing is loaded before the first use.
 */
final class LossPass implements AutoCloseable {
  private final Blueprint blueprint;
  private final TableInputs tables;
  private final Weights weights;
  private final Workers workers;
  private final List<Chunk> chunks = new ArrayList<>();
  private @Nullable GraphSession session;
  private float[] values = {};

  LossPass(Blueprint blueprint, TableInputs tables, Weights weights, Workers workers) {
    this.blueprint = blueprint;
    this.tables = tables;
    this.weights = weights;
    this.workers = workers;
  }

  /** Each task's loss over a batch in {@code count} chunks, with the weights as they stand. */
  double[] of(BatchInputs given, int count) {
    GraphSession loaded = session();
    while (chunks.size() < count) {
      chunks.add(new Chunk(loaded, tables, weights.dense(), Map.of()));
    }
    PreparedBatch batch = given.batch();
    int size = tables.size(batch.rows(), batch.lengths());
    if (values.length < size) {
      values = new float[size];
    }
    workers.run(
        count,
        c -> {
          int from = TrainingStep.from(c, count, batch.rows());
          int rows = TrainingStep.from(c + 1, count, batch.rows()) - from;
          chunks.get(c).features(batch, weights, values, from, rows);
          chunks.get(c).run(given.put(chunks.get(c), from, rows));
        });
    List<Task> tasks = blueprint.tasks();
    double[] losses = new double[tasks.size()];
    for (Chunk chunk : chunks.subList(0, count)) {
      for (int k = 0; k < losses.length; k++) {
        losses[k] += chunk.scalar("loss." + tasks.get(k).name());
      }
    }
    return losses;
  }

  private GraphSession session() {
    GraphSession open = session;
    if (open == null) {
      open = GraphSession.open(TrainingGraph.losses(blueprint));
      session = open;
    }
    return open;
  }

  @Override
  public void close() {
    chunks.forEach(Chunk::close);
    if (session != null) {
      session.close();
    }
  }
}
