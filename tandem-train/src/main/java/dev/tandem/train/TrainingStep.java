package dev.tandem.train;

import dev.tandem.balance.Balancer;
import dev.tandem.config.TrainConfig;
import dev.tandem.embedding.CounterRandom;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.embedding.Lookups;
import dev.tandem.embedding.RowStep;
import dev.tandem.embedding.RowUpdate;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.onnx.FlatFloats;
import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.Task;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One step: batch and weights → losses and gradients → new weights.
 *
 * <p>The batch is divided into chunks whose number follows from its rows alone; worker threads take
 * a chunk each through gathering, the engine and back. Gradients are added in the order of the
 * chunks, then ranges of dense weights and of table rows are updated, again shared out among the
 * threads. Every number is computed from the same operands in the same order whatever the number of
 * threads: the bits do not depend on it.
 */
final class TrainingStep implements AutoCloseable {
  private static final int BLOCK = 1 << 14;
  private static final int ROW_PARTS = 16;

  /**
   * The losses of one batch.
   *
   * @param total the joint loss
   * @param tasks each task's own
   * @param measures what else the model measures of a batch, by name
   */
  record Losses(double total, List<Double> tasks, Map<String, Double> measures) {
    Losses {
      tasks = List.copyOf(tasks);
      measures = Map.copyOf(measures);
    }

    boolean isFinite() {
      return Double.isFinite(total) && tasks.stream().allMatch(Double::isFinite);
    }
  }

  private final Blueprint blueprint;
  private final TrainConfig config;
  private final TaskWeights taskWeights;
  private final TableInputs tables;
  private final Weights weights;
  private final DenseOptimizer optimizer;
  private final Workers workers;
  private final GraphSession session;
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<FlatFloats> chunkGradients = new ArrayList<>();
  private final float[] gradient;
  private final float[] addend;
  private final double[] squares;
  private final CounterRandom random;
  private final Queue<RowUpdate> idle = new ConcurrentLinkedQueue<>();
  private final Balancer balancer;
  private final List<Parameter> shared;
  private final BatchSimilarity similarity;
  private final LossPass losses;
  private float[][] taskGradients = {};
  private float[] direction = {};
  private float[] values = {};
  private float[] valueGradients = {};

  /**
   * A step over certain weights.
   *
   * @param session of the {@link TrainingGraph} with these shared parameters
   * @param balancer turns the tasks' losses into one step
   * @param shared parameters for which the balancer wants each task's own gradient
   * @param similarity measures what the graph wants to know of the labels
   */
  TrainingStep(
      Blueprint blueprint,
      TrainConfig config,
      GraphSession session,
      TableInputs tables,
      Weights weights,
      DenseOptimizer optimizer,
      Workers workers,
      Balancer balancer,
      List<Parameter> shared,
      BatchSimilarity similarity) {
    this.balancer = balancer;
    this.shared = List.copyOf(shared);
    this.similarity = similarity;
    this.losses = new LossPass(blueprint, tables, weights, workers);
    this.blueprint = blueprint;
    this.config = config;
    this.taskWeights = TaskWeights.of(blueprint, config.loss());
    this.session = session;
    this.tables = tables;
    this.weights = weights;
    this.optimizer = optimizer;
    this.workers = workers;
    this.gradient = new float[weights.dense().size()];
    this.addend = new float[weights.dense().size()];
    this.squares = new double[(weights.trained() + BLOCK - 1) / BLOCK];
    this.random = CounterRandom.of(config.seed(), "noise");
  }

  /** First row of a chunk. */
  static int from(int chunk, int chunks, int rows) {
    return (int) ((long) rows * chunk / chunks);
  }

  /**
   * Trains on a batch.
   *
   * @param step number of the step, from 1
   * @param epoch epochs done
   * @param factor on the learning rates
   * @return the losses before the step; if one is not finite, nothing was changed
   */
  Losses run(PreparedBatch batch, long step, long epoch, double factor) {
    int rows = batch.rows();
    int count = batch.chunks();
    while (chunks.size() < count) {
      addChunk();
    }
    int size = tables.size(rows, batch.lengths());
    if (values.length < size) {
      values = new float[size];
      valueGradients = new float[size];
    }
    BatchInputs given =
        new BatchInputs(
            blueprint,
            batch,
            taskWeights.after(step - 1, epoch),
            random.at(step),
            similarity.next(batch));
    double[] known = balancer.needsLosses() ? losses.of(given, count) : new double[0];
    given.weigh(balancer.weights(step - 1, (int) epoch, known));
    workers.run(count, c -> forwardBackward(chunks.get(c), given, c, count));
    Losses found = losses(count);
    if (found.isFinite()) {
      double[] before = found.tasks().stream().mapToDouble(Double::doubleValue).toArray();
      update(given, count, step, factor, before);
      double[] after =
          balancer.needsLossesAfterStep() ? losses.of(given, count) : new double[before.length];
      balancer.observe(step - 1, (int) epoch, before, after);
    }
    return found;
  }

  private void addChunk() {
    FlatFloats gradients = new FlatFloats(weights.dense().counts());
    Map<String, FloatBuffer> fixed = new HashMap<>();
    for (Parameter p : weights.parameters()) {
      fixed.put(
          p.trainable() ? TrainingGraph.GRADIENT + p.name() : "update." + p.name(),
          gradients.view(p.name()));
    }
    chunkGradients.add(gradients);
    chunks.add(new Chunk(session, tables, weights.dense(), fixed));
  }

  private void forwardBackward(Chunk chunk, BatchInputs given, int c, int count) {
    PreparedBatch batch = given.batch();
    int from = from(c, count, batch.rows());
    int rows = from(c + 1, count, batch.rows()) - from;
    chunk.features(batch, weights, values, from, rows);
    chunk.run(given.put(chunk, from, rows));
    List<TableInputs.Slab> slabs = tables.slabs();
    for (int i = 0; i < slabs.size(); i++) {
      String output = TrainingGraph.GRADIENT + slabs.get(i).input();
      chunk.gradient(output, batch, i, valueGradients, from, rows);
    }
  }

  private Losses losses(int count) {
    List<Task> tasks = blueprint.tasks();
    double total = 0;
    double[] own = new double[tasks.size()];
    for (Chunk chunk : chunks.subList(0, count)) {
      total += chunk.scalar("loss");
      for (int k = 0; k < own.length; k++) {
        own[k] += chunk.scalar("loss." + tasks.get(k).name());
      }
    }
    Map<String, Double> measures = new HashMap<>();
    for (String name : TrainingGraph.measures(session.graph())) {
      double sum = 0;
      for (Chunk chunk : chunks.subList(0, count)) {
        sum += chunk.scalar(TrainingGraph.MEASURE + name);
      }
      measures.put(name, sum);
    }
    return new Losses(total, Arrays.stream(own).boxed().toList(), measures);
  }

  private void update(BatchInputs given, int count, long step, double factor, double[] taskLosses) {
    PreparedBatch batch = given.batch();
    int blocks = squares.length;
    boolean whole = config.clipNorm().isPresent() || balancer.needsTaskGradients();
    if (whole) {
      workers.run(blocks, b -> sum(b, count));
      if (balancer.needsTaskGradients()) {
        combine(given.omega(), count, step, taskLosses);
      }
      workers.run(blocks, this::square);
      double scale = config.clipNorm().map(this::clip).orElse(1.0);
      workers.run(blocks, b -> moveDense(b, step, factor, scale));
    }
    RowStep rowStep = new RowStep(step, factor, 1);
    int parts = weights.tables().size() * ROW_PARTS;
    workers.run(
        parts + (whole ? 0 : blocks),
        piece -> {
          if (piece < parts) {
            moveRows(batch, piece / ROW_PARTS, piece % ROW_PARTS, rowStep);
          } else {
            sum(piece - parts, count);
            moveDense(piece - parts, step, factor, 1);
          }
        });
    moveStatistics(count);
  }

  /** Adds the chunks' gradients of one block in order. */
  private void sum(int block, int count) {
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, weights.trained());
    chunkGradients.get(0).all().get(from, gradient, from, to - from);
    for (int c = 1; c < count; c++) {
      chunkGradients.get(c).all().get(from, addend, from, to - from);
      for (int i = from; i < to; i++) {
        gradient[i] = gradient[i] + addend[i];
      }
    }
  }

  private void square(int block) {
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, weights.trained());
    double total = 0;
    for (int i = from; i < to; i++) {
      total += (double) gradient[i] * gradient[i];
    }
    squares[block] = total;
  }

  /**
   * Replaces, for the shared parameters, the weighted sum of the tasks' gradients by what the
   * balancer makes of them; the gradients of penalties stay.
   */
  private void combine(float[] omega, int count, long step, double[] taskLosses) {
    int size = shared.stream().mapToInt(p -> p.shape().count().size()).sum();
    if (direction.length < size) {
      direction = new float[size];
      taskGradients = new float[omega.length][size];
    }
    workers.run(omega.length, k -> sumTask(k, count));
    balancer.combine(step - 1, taskGradients, taskLosses, direction);
    int at = 0;
    for (Parameter p : shared) {
      int n = p.shape().count().size();
      int offset = weights.dense().offset(p.name());
      for (int i = 0; i < n; i++) {
        float weighted = 0;
        for (int k = 0; k < omega.length; k++) {
          weighted += omega[k] * taskGradients[k][at + i];
        }
        gradient[offset + i] = gradient[offset + i] - weighted + direction[at + i];
      }
      at += n;
    }
  }

  private void sumTask(int k, int count) {
    float[] sum = taskGradients[k];
    float[] part = new float[0];
    int at = 0;
    for (Parameter p : shared) {
      int n = p.shape().count().size();
      String output = TrainingGraph.taskGradient(k, p.name());
      chunks.get(0).get(output, sum, at, n);
      if (part.length < n) {
        part = new float[n];
      }
      for (int c = 1; c < count; c++) {
        chunks.get(c).get(output, part, 0, n);
        for (int i = 0; i < n; i++) {
          sum[at + i] += part[i];
        }
      }
      at += n;
    }
  }

  private double clip(double most) {
    double total = 0;
    for (double square : squares) {
      total += square;
    }
    double norm = Math.sqrt(total);
    return norm > most ? most / norm : 1;
  }

  private void moveDense(int block, long step, double factor, double scale) {
    int from = block * BLOCK;
    int to = Math.min(from + BLOCK, weights.trained());
    float times = (float) scale;
    if (times != 1f) {
      for (int i = from; i < to; i++) {
        gradient[i] = times * gradient[i];
      }
    }
    optimizer.apply(weights.master(), gradient, from, to, step, factor);
    weights.publish(from, to);
  }

  private void moveRows(PreparedBatch batch, int table, int part, RowStep step) {
    EmbeddingTable rows = weights.tables().get(table);
    Lookups lookups = batch.lookups()[table];
    RowUpdate free = idle.poll();
    RowUpdate update = free == null ? new RowUpdate() : free;
    update.apply(
        rows,
        lookups,
        lookups.cut(part, ROW_PARTS),
        lookups.cut(part + 1, ROW_PARTS),
        valueGradients,
        step);
    idle.add(update);
  }

  /** Running statistics become the mean of what the chunks made of them. */
  private void moveStatistics(int count) {
    for (Parameter p : weights.parameters()) {
      if (p.role() == Role.STATE) {
        float[] mean = chunkGradients.get(0).get(p.name());
        for (int c = 1; c < count; c++) {
          float[] other = chunkGradients.get(c).get(p.name());
          for (int i = 0; i < mean.length; i++) {
            mean[i] += other[i];
          }
        }
        for (int i = 0; i < mean.length; i++) {
          mean[i] /= count;
        }
        weights.set(p.name(), mean);
      }
    }
  }

  @Override
  public void close() {
    losses.close();
    chunks.forEach(Chunk::close);
  }
}
