package dev.tandem.train;

import dev.tandem.embedding.CounterRandom;
import java.util.Map;

/**
 * The inputs of one step that are not features: labels, weights of rows and tasks, random numbers,
 * similarities. They are the same for every chunk and every pass over the batch.
 */
final class BatchInputs {
  private final Blueprint blueprint;
  private final PreparedBatch batch;
  private final float[] omega;
  private final CounterRandom random;
  private final Map<String, float[]> similarities;

  BatchInputs(
      Blueprint blueprint,
      PreparedBatch batch,
      float[] omega,
      CounterRandom random,
      Map<String, float[]> similarities) {
    this.blueprint = blueprint;
    this.batch = batch;
    this.omega = omega;
    this.random = random;
    this.similarities = similarities;
  }

  PreparedBatch batch() {
    return batch;
  }

  /** The weights of the tasks' losses [K]. */
  float[] omega() {
    return omega;
  }

  /** Multiplies the weights of the tasks' losses. */
  void weigh(double[] factors) {
    for (int k = 0; k < omega.length; k++) {
      omega[k] = (float) (omega[k] * factors[k]);
    }
  }

  /**
   * Puts the part of rows {@code from … from + rows − 1} into a chunk.
   *
   * @return the sizes of the graph's symbols
   */
  Map<String, Integer> put(Chunk chunk, int from, int rows) {
    int width = blueprint.labelWidth();
    int tasks = blueprint.tasks().size();
    chunk.put("labels", batch.labels(), from * width, rows * width);
    chunk.put("weights", batch.weights(), from * tasks, rows * tasks);
    chunk.put("omega", omega, 0, tasks);
    chunk.fill("rowWeight", 1f / batch.rows(), rows);
    similarities.forEach((name, phi) -> chunk.put(name, phi, 0, phi.length));
    chunk.noise(random, batch, from, rows);
    return chunk.sizes(batch, from, rows);
  }
}
