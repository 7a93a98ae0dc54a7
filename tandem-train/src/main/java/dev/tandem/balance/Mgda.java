package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Shorthand;
import java.util.Arrays;

/**
 * Multiple gradient descent (Sener and Koltun, NeurIPS 2018): the shortest convex combination of
 * the gradients, which lengthens no task's loss. Gradients may be normalised first. Solved exactly
 * for any number of tasks instead of by Frank–Wolfe; equal gradients weigh the same.
 *
 * @param normalization what each gradient is divided by
 * @param original whether the weights then combine the gradients as they were
 */
@Doc("MGDA: the shortest convex combination of the tasks' gradients.")
public record Mgda(
    @Doc("What each gradient is divided by first.") @Default("none") @Shorthand
        Normalization normalization,
    @Doc("Combine the gradients as they were, not the normalised ones.") @Default("false")
        boolean original)
    implements Balancing {

  /** What a gradient is divided by. */
  public enum Normalization {
    /** 1. */
    NONE,
    /** Its norm. */
    L2,
    /** The task's loss. */
    LOSS,
    /** Loss times norm. */
    LOSS_L2
  }

  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(
        shared,
        (step, gram, losses) -> {
          double[] divisors = divisors(gram, losses);
          double[] alpha = weights(gram, divisors);
          if (!original) {
            Arrays.setAll(alpha, i -> alpha[i] / divisors[i]);
          }
          return alpha;
        });
  }

  double[] divisors(double[][] gram, double[] losses) {
    double[] norms = Weights.norms(gram);
    double[] divisors = new double[norms.length];
    Arrays.setAll(
        divisors,
        i -> {
          double divisor =
              switch (normalization) {
                case NONE -> 1;
                case L2 -> norms[i];
                case LOSS -> losses[i];
                case LOSS_L2 -> losses[i] * norms[i];
              };
          return divisor > 0 ? divisor : 1;
        });
    return divisors;
  }

  /** Convex weights of the gradients g_i / divisor_i. */
  static double[] weights(double[][] gram, double[] divisors) {
    double[][] scaled = new double[gram.length][gram.length];
    for (int i = 0; i < gram.length; i++) {
      for (int j = 0; j < gram.length; j++) {
        scaled[i][j] = gram[i][j] / (divisors[i] * divisors[j]);
      }
    }
    return SimplexMinimum.shortest(scaled);
  }
}
