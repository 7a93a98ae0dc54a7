package dev.tandem.train;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.loss.LabelSimilarity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The inputs {@code phi.MEASURE.SCOPE} of a graph: how alike the tasks' labels are, measured over
 * whole batches in their order. Tasks that a head adds come last; they have no labels, so that
 * nothing is known of their pairs. Not thread-safe.
 */
final class BatchSimilarity {
  private static final String PREFIX = "phi.";

  private final int tasks;
  private final Map<String, LabelSimilarity> byInput = new LinkedHashMap<>();
  private final Map<String, Integer> served = new LinkedHashMap<>();

  BatchSimilarity(Graph graph, int tasks) {
    this.tasks = tasks;
    for (Input input : graph.inputs()) {
      if (input.name().startsWith(PREFIX)) {
        served.put(input.name(), input.shape().size(0));
        String[] parts = input.name().toUpperCase(Locale.ROOT).split("\\.", -1);
        byInput.put(
            input.name(),
            new LabelSimilarity(
                LabelSimilarity.Measure.valueOf(parts[1]),
                LabelSimilarity.Scope.valueOf(parts[2]),
                tasks));
      }
    }
  }

  /** Forgets the epoch so far. */
  void startEpoch() {
    byInput.values().forEach(LabelSimilarity::startEpoch);
  }

  /** The inputs of the next batch. */
  Map<String, float[]> next(PreparedBatch batch) {
    Map<String, float[]> inputs = new LinkedHashMap<>();
    byInput.forEach(
        (name, similarity) -> {
          double[] phi = similarity.next(batch.batch().labels(), batch.weights(), batch.rows());
          int width = served.getOrDefault(name, tasks);
          float[] floats = new float[width * width];
          Arrays.fill(floats, (float) LabelSimilarity.UNDEFINED);
          for (int i = 0; i < phi.length; i++) {
            floats[i / tasks * width + i % tasks] = (float) phi[i];
          }
          inputs.put(name, floats);
        });
    return inputs;
  }

  /** What is kept in a checkpoint. */
  Map<String, double[]> state() {
    Map<String, double[]> state = new LinkedHashMap<>();
    byInput.forEach((name, similarity) -> state.put(name, similarity.state()));
    return state;
  }

  /** Puts back what {@link #state} gave. */
  void restore(Map<String, double[]> state) {
    byInput.forEach(
        (name, similarity) -> {
          double[] sums = state.get(name);
          if (sums == null) {
            throw new IllegalArgumentException("the checkpoint has no sums for " + name);
          }
          similarity.restore(sums);
        });
  }
}
