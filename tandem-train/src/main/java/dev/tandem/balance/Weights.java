package dev.tandem.balance;

import java.util.Arrays;

/** Small vectors of one value per task. */
final class Weights {
  private Weights() {}

  static double[] ones(int tasks) {
    double[] ones = new double[tasks];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The mean: what rules fall back to where their own equations have no solution. */
  static double[] equal(int tasks) {
    double[] equal = new double[tasks];
    Arrays.fill(equal, 1.0 / tasks);
    return equal;
  }

  static double[] softmax(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    double[] e = Arrays.stream(x).map(v -> Math.exp(v - max)).toArray();
    double sum = Arrays.stream(e).sum();
    return Arrays.stream(e).map(v -> v / sum).toArray();
  }

  static double[] scale(double[] x, double factor) {
    return Arrays.stream(x).map(v -> v * factor).toArray();
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double[] times(double[][] m, double[] x) {
    return Arrays.stream(m).mapToDouble(row -> dot(row, x)).toArray();
  }

  /** Gradient norms from the diagonal of GGᵀ. */
  static double[] norms(double[][] gram) {
    double[] norms = new double[gram.length];
    Arrays.setAll(norms, i -> Math.sqrt(gram[i][i]));
    return norms;
  }
}
