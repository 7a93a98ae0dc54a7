package dev.tandem.balance;

import dev.tandem.schema.Doc;
import java.util.Arrays;

/**
 * Random loss weighting (Lin et al., TMLR 2022): each step draws weights anew, the softmax of
 * standard normal numbers; times K, so that the scale of the sum stays (LibMTL omits it).
 */
@Doc("Random loss weighting: new random weights in every step.")
public record Rlw() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return (LossWeights)
        (step, epoch, losses) -> {
          Draws draws = new Draws(shared.seed(), step);
          double[] normal = new double[shared.tasks()];
          Arrays.setAll(normal, i -> draws.normal());
          return Weights.scale(Weights.softmax(normal), shared.tasks());
        };
  }
}
