package dev.tandem.train;

import dev.tandem.feature.Batch;

/** Receives scored rows in order. */
@FunctionalInterface
public interface PredictionSink {
  /**
   * One block; the arrays are reused afterwards.
   *
   * @param rows the rows with their labels
   * @param predictions per task [rows · outputs]: probabilities, or normalised values of a
   *     regression task; then those of the head's products
   */
  void accept(Batch rows, float[][] predictions);
}
