package dev.tandem.calibration;

/**
 * A map from a network's probability to the one that is given out, the same in every runtime.
 * Immutable.
 */
public sealed interface Calibrator permits Isotonic, Platt, NegativeSampling {
  /**
   * The calibrated probability.
   *
   * @param probability within [0, 1]
   */
  double apply(double probability);
}
