package dev.tandem.balance;

import dev.tandem.schema.Doc;

/**
 * Aligned-MTL (Senushkin et al., CVPR 2023): makes the gradients' system as well conditioned as it
 * can be. With GGᵀ = VΛVᵀ and B = √λ_min·VΛ^(−1/2)Vᵀ, all singular values of BG are √λ_min, and the
 * direction is the sum of its rows. Eigenvalues of rounding size are dropped.
 */
@Doc("Aligned-MTL: gradients are rotated and scaled until none dominates.")
public record AlignedMtl() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return new GramBalancer(shared, (step, gram, losses) -> coefficients(gram));
  }

  /** B·1, B being symmetric. */
  static double[] coefficients(double[][] gram) {
    return Weights.times(matrix(gram), Weights.ones(gram.length));
  }

  /** B. */
  static double[][] matrix(double[][] gram) {
    int tasks = gram.length;
    SymmetricEigen eigen = new SymmetricEigen(gram);
    double dropped = eigen.value(tasks - 1) * tasks * Math.ulp(1.0);
    double[][] b = new double[tasks][tasks];
    double least = 0;
    for (int c = 0; c < tasks; c++) {
      double value = eigen.value(c);
      if (value > dropped) {
        least = least == 0 ? value : least;
        double factor = Math.sqrt(least / value);
        for (int i = 0; i < tasks; i++) {
          for (int j = 0; j < tasks; j++) {
            b[i][j] += factor * eigen.vector(i, c) * eigen.vector(j, c);
          }
        }
      }
    }
    return b;
  }
}
