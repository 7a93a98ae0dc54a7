package dev.tandem.train;

import dev.tandem.feature.Batch;
import java.util.Map;

/** Receives scored rows in order, with values from inside the network. */
@FunctionalInterface
public interface ProbeSink {
  /**
   * One block; the arrays are reused afterwards.
   *
   * @param rows the rows with their labels
   * @param predictions as a {@link PredictionSink} receives them
   * @param probes by name, row-major; as long as the block needs
   */
  void accept(Batch rows, float[][] predictions, Map<String, float[]> probes);
}
