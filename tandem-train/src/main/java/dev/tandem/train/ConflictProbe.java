package dev.tandem.train;

import dev.tandem.embedding.CounterRandom;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.embedding.Lookups;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Parameter;
import dev.tandem.model.BlockName;
import dev.tandem.onnx.GraphSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tasks' gradients on what they share, with the weights as they stand. It reads the
 * weights and changes nothing, and draws its noise from a stream of its own: training goes on with
 * the bits it would have had. Nothing is loaded before the first use.
 */
final class ConflictProbe implements AutoCloseable {
  private final Blueprint blueprint;
  private final TableInputs tables;
  private final Weights weights;
  private final Workers workers;
  private final List<Parameter> shared;
  private final CounterRandom random;
  private final List<Chunk> chunks = new ArrayList<>();
  private @Nullable GraphSession session;
  private float[] values = {};
  private final float[][] rowGradients; // [K][values]
  private final Map<String, float[]> denseGradients = new LinkedHashMap<>();

  /** Gives the batches to look at. */
  @FunctionalInterface
  interface Batches {
    /** Prepares the next one; false if there is none. */
    boolean next(PreparedBatch into);
  }

  ConflictProbe(
      Blueprint blueprint, TableInputs tables, Weights weights, Workers workers, long seed) {
    this.blueprint = blueprint;
    this.tables = tables;
    this.weights = weights;
    this.workers = workers;
    this.shared = TrainingGraph.shared(blueprint);
    this.random = CounterRandom.of(seed, "conflict");
    this.rowGradients = new float[blueprint.tasks().size()][0];
  }

  /** The first batches of an order of the training rows that no epoch has. */
  static Batches sample(TrainingJob job, int count) {
    long rows = job.train().rows();
    int size = (int) Math.min(job.config().batch(), rows);
    Shuffle order = new Shuffle(rows, true, job.config().seed());
    long most = Math.min(count, rows / size);
    long[] next = {0};
    return batch -> {
      if (next[0] == most) {
        return false;
      }
      order.rows(-1, size * next[0]++, size, batch.rowNumbers(size));
      batch.prepare(job.train(), size);
      return true;
    };
  }

  /** Measures over batches. */
  Conflict measure(long epoch, long step, Batches batches, PreparedBatch batch) {
    GraphSession loaded = session();
    BatchSimilarity similarity = new BatchSimilarity(loaded.graph(), blueprint.tasks().size());
    Map<String, Cosines> totals = new LinkedHashMap<>();
    Map<String, Cosines> byTable = new LinkedHashMap<>();
    Map<String, Cosines> byBlock = new LinkedHashMap<>();
    int count = 0;
    while (batches.next(batch)) {
      gradients(loaded, batch, similarity, count++);
      add(tableProducts(batch), byTable, totals, "embedding tables");
      add(layerProducts(), byBlock, totals, "shared layers");
    }
    List<Conflict.Block> blocks = new ArrayList<>();
    add(totals, Conflict.Kind.TOTAL, blocks);
    add(byTable, Conflict.Kind.TABLE, blocks);
    add(byBlock, Conflict.Kind.LAYERS, blocks);
    return new Conflict(epoch, step, count, blocks);
  }

  private static void add(
      Map<String, Cosines> found, Conflict.Kind kind, List<Conflict.Block> blocks) {
    found.forEach(
        (name, cosines) -> {
          if (cosines.any()) {
            blocks.add(cosines.block(name, kind));
          }
        });
  }

  private void add(
      Map<String, double[][]> products,
      Map<String, Cosines> each,
      Map<String, Cosines> totals,
      String total) {
    int k = blueprint.tasks().size();
    double[][] sum = new double[k][k];
    products.forEach(
        (name, gram) -> {
          each.computeIfAbsent(name, n -> new Cosines(k)).add(gram);
          plus(sum, gram);
        });
    totals.computeIfAbsent(total, n -> new Cosines(k)).add(sum);
  }

  private static void plus(double[][] sum, double[][] more) {
    for (int a = 0; a < sum.length; a++) {
      for (int b = 0; b < sum.length; b++) {
        sum[a][b] += more[a][b];
      }
    }
  }

  /** Each task's gradients over a batch, its chunks added in order. */
  private void gradients(
      GraphSession loaded, PreparedBatch batch, BatchSimilarity similarity, int number) {
    int count = batch.chunks();
    while (chunks.size() < count) {
      chunks.add(new Chunk(loaded, tables, weights.dense(), Map.of()));
    }
    int size = tables.size(batch.rows(), batch.lengths());
    if (values.length < size) {
      values = new float[size];
      Arrays.setAll(rowGradients, k -> new float[size]);
    }
    float[] omega = new float[blueprint.tasks().size()];
    Arrays.fill(omega, 1);
    BatchInputs given =
        new BatchInputs(blueprint, batch, omega, random.at(number), similarity.next(batch));
    workers.run(count, c -> forwardBackward(loaded.graph(), chunks.get(c), given, c, count));
    denseGradients.clear();
    for (Parameter p : shared) {
      for (int k = 0; k < omega.length; k++) {
        String output = TrainingGraph.taskGradient(k, p.name());
        if (loaded.graph().outputs().containsKey(output)) {
          denseGradients.put(output, sum(output, p.shape().count().size(), count));
        }
      }
    }
  }

  private void forwardBackward(Graph graph, Chunk chunk, BatchInputs given, int c, int count) {
    PreparedBatch batch = given.batch();
    int from = TrainingStep.from(c, count, batch.rows());
    int rows = TrainingStep.from(c + 1, count, batch.rows()) - from;
    chunk.features(batch, weights, values, from, rows);
    chunk.run(given.put(chunk, from, rows));
    List<TableInputs.Slab> slabs = tables.slabs();
    for (int i = 0; i < slabs.size(); i++) {
      int floats = tables.rowFloats(slabs.get(i), batch.lengths());
      int at = tables.base(i, batch.rows(), batch.lengths()) + from * floats;
      for (int k = 0; k < rowGradients.length; k++) {
        String output = TrainingGraph.taskGradient(k, slabs.get(i).input());
        if (graph.outputs().containsKey(output)) {
          chunk.gradient(output, batch, i, rowGradients[k], from, rows);
        } else {
          Arrays.fill(rowGradients[k], at, at + rows * floats, 0f);
        }
      }
    }
  }

  private float[] sum(String output, int size, int count) {
    float[] sum = new float[size];
    float[] part = new float[size];
    for (Chunk chunk : chunks.subList(0, count)) {
      chunk.get(output, part, 0, size);
      for (int i = 0; i < size; i++) {
        sum[i] += part[i];
      }
    }
    return sum;
  }

  /** Inner products of the tasks' gradients [K][K], by table. */
  private Map<String, double[][]> tableProducts(PreparedBatch batch) {
    List<EmbeddingTable> all = weights.tables();
    double[][][] products = new double[all.size()][][];
    workers.run(all.size(), t -> products[t] = tableProducts(batch.lookups()[t], all.get(t).dim()));
    Map<String, double[][]> byTable = new LinkedHashMap<>();
    for (int t = 0; t < products.length; t++) {
      byTable.put(all.get(t).name(), products[t]);
    }
    return byTable;
  }

  private double[][] tableProducts(Lookups lookups, int dim) {
    int tasks = rowGradients.length;
    double[][] gram = new double[tasks][tasks];
    double[][] own = new double[tasks][dim];
    for (int u = 0; u < lookups.distinct(); u++) {
      for (int k = 0; k < tasks; k++) {
        lookups.gradient(u, rowGradients[k], own[k]);
      }
      for (int a = 0; a < tasks; a++) {
        for (int b = 0; b < tasks; b++) {
          for (int c = 0; c < dim; c++) {
            gram[a][b] += own[a][c] * own[b][c];
          }
        }
      }
    }
    return gram;
  }

  /** Inner products of the tasks' gradients [K][K], by block of layers. */
  private Map<String, double[][]> layerProducts() {
    int tasks = rowGradients.length;
    Map<String, double[][]> byBlock = new LinkedHashMap<>();
    for (Parameter p : shared) {
      double[][] gram =
          byBlock.computeIfAbsent(BlockName.of(p.name()), n -> new double[tasks][tasks]);
      for (int a = 0; a < tasks; a++) {
        float[] first = denseGradients.get(TrainingGraph.taskGradient(a, p.name()));
        for (int b = 0; b < tasks; b++) {
          float[] second = denseGradients.get(TrainingGraph.taskGradient(b, p.name()));
          for (int i = 0; first != null && second != null && i < first.length; i++) {
            gram[a][b] += (double) first[i] * second[i];
          }
        }
      }
    }
    return byBlock;
  }

  private GraphSession session() {
    GraphSession open = session;
    if (open == null) {
      open = GraphSession.open(TrainingGraph.taskGradients(blueprint, shared));
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
