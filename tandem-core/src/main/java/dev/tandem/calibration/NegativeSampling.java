package dev.tandem.calibration;

/**
 * Undoes the sampling of negatives: where only a share of them was kept for training, the network
 * learns probabilities q that are too high, and q / (q + (1 − q) / rate) are those of the unsampled
 * world (He et al., ADKDD 2014, section 6.3).
 *
 * @param rate share of the negatives that was kept, within (0, 1]
 */
public record NegativeSampling(double rate) implements Calibrator {
  public NegativeSampling {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "the share of negatives that was kept is " + rate + "; it must be above 0 and at most 1");
    }
  }

  @Override
  public double apply(double probability) {
    return probability == 0 ? 0 : probability * rate / (probability * rate + (1 - probability));
  }
}
