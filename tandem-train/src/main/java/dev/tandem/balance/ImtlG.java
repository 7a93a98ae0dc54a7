package dev.tandem.balance;

import dev.tandem.schema.Doc;
import java.util.Arrays;

/**
 * Impartial learning by gradients (IMTL-G; Liu et al., ICLR 2021): the combination, with
 * coefficients that add up to 1, whose projections on all unit gradients are equal. Coefficients
 * may be negative for more than two tasks. Parallel gradients leave it undetermined: then the mean.
 */
@Doc("IMTL-G: a direction with equal projections on all tasks' gradients.")
public record ImtlG() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(shared, (step, gram, losses) -> coefficients(gram));
  }

  /** With D rows g₁ − g_i and U rows u₁ − u_i: α₂…K = g₁Uᵀ(DUᵀ)⁻¹, α₁ = 1 − Σ. */
  static double[] coefficients(double[][] gram) {
    int tasks = gram.length;
    double[] norms = Weights.norms(gram);
    if (Arrays.stream(norms).anyMatch(n -> n == 0)) {
      return Weights.equal(tasks);
    }
    int m = tasks - 1;
    double[][] system = new double[m][m];
    double[] right = new double[m];
    for (int j = 0; j < m; j++) {
      right[j] = along(gram, norms, 0, j + 1);
      for (int i = 0; i < m; i++) {
        system[j][i] = right[j] - along(gram, norms, i + 1, j + 1);
      }
    }
    double[] rest = LinearSystem.solve(system, right);
    if (rest.length < m) {
      return Weights.equal(tasks);
    }
    double[] alpha = new double[tasks];
    System.arraycopy(rest, 0, alpha, 1, m);
    alpha[0] = 1 - Arrays.stream(rest).sum();
    return alpha;
  }

  /** g_i · (u₁ − u_j). */
  private static double along(double[][] gram, double[] norms, int i, int j) {
    return gram[i][0] / norms[0] - gram[i][j] / norms[j];
  }
}
