package dev.tandem.balance;

import dev.tandem.schema.Doc;

/**
 * Projecting conflicting gradients (PCGrad; Yu et al., NeurIPS 2020): from each gradient what
 * points against another task's gradient is taken away, the others coming in random order; the sum
 * of the results is the direction.
 */
@Doc("PCGrad: each gradient is projected off those that it conflicts with.")
public record Pcgrad() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(
        shared,
        (step, gram, losses) -> {
          Draws draws = new Draws(shared.seed(), step);
          double[] sum = new double[gram.length];
          for (int i = 0; i < sum.length; i++) {
            double[] changed = project(i, draws.others(sum.length, i), gram);
            for (int k = 0; k < sum.length; k++) {
              sum[k] += changed[k];
            }
          }
          return sum;
        });
  }

  /** Task i's projected gradient as coefficients of the original ones. */
  static double[] project(int i, int[] order, double[][] gram) {
    double[] p = new double[gram.length];
    p[i] = 1;
    for (int j : order) {
      double dot = Weights.dot(p, gram[j]);
      if (dot < 0) {
        p[j] -= dot / gram[j][j];
      }
    }
    return p;
  }
}
