package dev.tandem.train;

import dev.tandem.archive.Checkpoint;
import dev.tandem.archive.CheckpointStore;
import dev.tandem.archive.PartsWriter;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.archive.SafetensorsWriter;
import dev.tandem.archive.StoredTensor;
import dev.tandem.archive.TensorSpec;
import dev.tandem.balance.BalanceState;
import dev.tandem.embedding.EmbeddingTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint of a training run holds: the run's state, the dense numbers with the
 * optimiser's moments, and the tables, whole rows or (of the best state) weights alone.
 */
final class CheckpointFile {
  private static final String STATE = "state.json";
  private static final String DENSE = "dense.safetensors";
  private static final String TABLES = "tables.safetensors";
  private static final String BALANCE = "balance.safetensors";
  private static final String RUN = "run";
  private static final int BLOCK = 1 << 12;

  private CheckpointFile() {}

  /** Saves everything. */
  static void save(
      CheckpointStore store,
      String run,
      RunState state,
      Weights weights,
      DenseOptimizer optimizer) {
    store.save(
        state.step,
        Map.of(RUN, run),
        parts -> {
          parts.text(STATE, state.toJson());
          dense(parts, weights, optimizer.first(), optimizer.second());
          tables(parts, weights.tables(), false);
          if (!state.balance.floats().isEmpty()) {
            tensors(parts, BALANCE, state.balance.floats());
          }
        });
  }

  /** Saves the weights alone. */
  static void saveWeights(CheckpointStore store, String run, long step, Weights weights) {
    store.save(
        step,
        Map.of(RUN, run),
        parts -> {
          dense(parts, weights, new float[0], new float[0]);
          tables(parts, weights.tables(), true);
        });
  }

  private static void dense(PartsWriter parts, Weights weights, float[] first, float[] second)
      throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("weights", weights.master());
    tensors.put("first", first);
    tensors.put("second", second);
    tensors.values().removeIf(values -> values.length == 0);
    tensors(parts, DENSE, tensors);
  }

  private static void tensors(PartsWriter parts, String part, Map<String, float[]> tensors)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    tensors.forEach((name, values) -> specs.add(TensorSpec.f32(name, values.length)));
    parts.tensors(
        part,
        specs,
        out -> {
          for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            out.floats(tensor.getKey(), tensor.getValue());
          }
        });
  }

  private static void tables(PartsWriter parts, List<EmbeddingTable> tables, boolean weightsOnly)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    for (EmbeddingTable t : tables) {
      specs.add(TensorSpec.f32(t.name(), t.rows(), weightsOnly ? t.dim() : t.stride()));
    }
    parts.tensors(
        TABLES,
        specs,
        out -> {
          for (EmbeddingTable t : tables) {
            write(out, t, weightsOnly);
          }
        });
  }

  /** Streams a table's rows. */
  static void write(SafetensorsWriter out, EmbeddingTable table, boolean weightsOnly)
      throws IOException {
    int width = weightsOnly ? table.dim() : table.stride();
    float[] block = new float[BLOCK * width];
    for (int from = 0; from < table.rows(); from += BLOCK) {
      int count = Math.min(BLOCK, table.rows() - from);
      if (weightsOnly) {
        table.weights(from, count, block);
      } else {
        table.read(from, count, block);
      }
      out.floats(table.name(), block, 0, count * width);
    }
  }

  /** Whether a checkpoint belongs to a run. */
  static boolean isOf(Checkpoint checkpoint, String run) {
    return run.equals(checkpoint.properties().get(RUN));
  }

  /** The state of the run that a checkpoint was saved from. */
  static RunState state(Checkpoint checkpoint) {
    RunState state = RunState.fromJson(checkpoint.text(STATE));
    if (checkpoint.has(BALANCE)) {
      Map<String, float[]> floats = new LinkedHashMap<>();
      try (SafetensorsFile file = checkpoint.tensors(BALANCE)) {
        file.tensors().forEach(t -> floats.put(t.spec().name(), t.floats()));
      }
      state.balance = new BalanceState(state.balance.doubles(), floats);
    }
    return state;
  }

  /** Puts back weights and moments. */
  static void restore(Checkpoint checkpoint, Weights weights, DenseOptimizer optimizer) {
    try (SafetensorsFile dense = checkpoint.tensors(DENSE);
        SafetensorsFile tables = checkpoint.tensors(TABLES)) {
      read(dense, "weights", weights.master());
      read(dense, "first", optimizer.first());
      read(dense, "second", optimizer.second());
      weights.publish(0, weights.master().length);
      weights.tables().forEach(t -> rows(tables, t, false));
    }
  }

  /** Puts back weights alone. */
  static void restoreWeights(Checkpoint checkpoint, Weights weights) {
    try (SafetensorsFile dense = checkpoint.tensors(DENSE);
        SafetensorsFile tables = checkpoint.tensors(TABLES)) {
      read(dense, "weights", weights.master());
      weights.publish(0, weights.master().length);
      weights.tables().forEach(t -> rows(tables, t, true));
    }
  }

  private static void read(SafetensorsFile file, String name, float[] into) {
    if (into.length == 0) {
      return;
    }
    StoredTensor tensor = file.tensor(name);
    if (tensor.spec().elements() != into.length) {
      throw new IllegalArgumentException(
          "the checkpoint's " + tensor.spec() + " is not of " + into.length + " numbers");
    }
    tensor.floats(0, into, 0, into.length);
  }

  /** Reads a table's rows. */
  static void rows(SafetensorsFile file, EmbeddingTable table, boolean weightsOnly) {
    int width = weightsOnly ? table.dim() : table.stride();
    StoredTensor tensor = file.tensor(table.name());
    if (tensor.spec().elements() != (long) table.rows() * width) {
      throw new IllegalArgumentException(
          "the checkpoint's " + tensor.spec() + " is not " + table.rows() + " rows of " + width);
    }
    float[] block = new float[BLOCK * width];
    for (int from = 0; from < table.rows(); from += BLOCK) {
      int count = Math.min(BLOCK, table.rows() - from);
      tensor.floats((long) from * width, block, 0, count * width);
      if (weightsOnly) {
        table.setWeights(from, count, block);
      } else {
        table.write(from, count, block);
      }
    }
  }
}
