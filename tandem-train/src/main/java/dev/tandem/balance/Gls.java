package dev.tandem.balance;

import dev.tandem.schema.Doc;
import java.util.Arrays;

/**
 * Geometric loss strategy (Chennupati et al., CVPR Workshops 2019): the geometric mean of the
 * losses, whose derivative by a loss is that mean over K times the loss. Losses must be positive.
 */
@Doc("Geometric mean of the tasks' losses.")
public record Gls() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return new LossWeights() {
      @Override
      public boolean needsLosses() {
        return true;
      }

      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        double mean = loss(losses);
        return Arrays.stream(losses).map(l -> mean / (losses.length * l)).toArray();
      }
    };
  }

  static double loss(double[] losses) {
    return Math.exp(Arrays.stream(losses).map(Math::log).average().orElseThrow());
  }
}
