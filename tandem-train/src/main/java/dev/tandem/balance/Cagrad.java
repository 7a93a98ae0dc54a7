package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;

/**
 * Conflict-averse gradient descent (Liu et al., NeurIPS 2021): within a ball around the mean
 * gradient g₀, of radius c‖g₀‖, the direction that helps the worst-off task most: {@code d = g₀ +
 * c‖g₀‖·g_w/‖g_w‖} with w minimising {@code g_w·g₀ + c‖g₀‖·‖g_w‖} over the simplex.
 *
 * @param c radius of the ball; 0 is the mean gradient
 * @param rescale what the direction is divided by
 */
@Doc("CAGrad: near the mean gradient, the direction that helps the worst-off task most.")
public record Cagrad(
    @Doc("Radius of the ball around the mean gradient, relative to its length.")
        @Default("0.5")
        @Range(min = 0)
        double c,
    @Doc("What the direction is divided by.") @Default("square") Rescale rescale)
    implements Balancing {

  /** The divisor of the direction. */
  public enum Rescale {
    /** 1, as in the paper. */
    NONE,
    /** 1 + c. */
    LINEAR,
    /** 1 + c². */
    SQUARE
  }

  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(shared, (step, gram, losses) -> coefficients(gram, weights(gram)));
  }

  /** The w* of the simplex. */
  double[] weights(double[][] gram) {
    double[] products = Weights.times(gram, Weights.equal(gram.length)); // g_i · g₀
    double radius = radius(gram);
    return radius > 0 ? SimplexMinimum.of(gram, products, radius) : Weights.equal(gram.length);
  }

  double[] coefficients(double[][] gram, double[] w) {
    double length = Math.sqrt(Math.max(0, Weights.dot(w, Weights.times(gram, w))));
    double factor = length > 0 ? radius(gram) / length : 0;
    double divisor =
        switch (rescale) {
          case NONE -> 1;
          case LINEAR -> 1 + c;
          case SQUARE -> 1 + c * c;
        };
    double[] alpha = Weights.equal(gram.length);
    Arrays.setAll(alpha, i -> (alpha[i] + factor * w[i]) / divisor);
    return alpha;
  }

  /** c‖g₀‖. */
  private double radius(double[][] gram) {
    double[] mean = Weights.equal(gram.length);
    return c * Math.sqrt(Math.max(0, Weights.dot(mean, Weights.times(gram, mean))));
  }
}
