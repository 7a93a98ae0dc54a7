package dev.tandem.balance;

/** Sums over flat gradients. Inner products are taken in double, always in the same order. */
final class Gradients {
  private Gradients() {}

  /** GGᵀ of the values {@code from} to {@code to}. */
  static double[][] gram(float[][] gradients, int from, int to) {
    int tasks = gradients.length;
    double[][] gram = new double[tasks][tasks];
    for (int i = 0; i < tasks; i++) {
      for (int j = 0; j <= i; j++) {
        gram[i][j] = dot(gradients[i], gradients[j], from, to);
        gram[j][i] = gram[i][j];
      }
    }
    return gram;
  }

  /** Four sums at once, since one alone would wait for each addition. */
  private static double dot(float[] a, float[] b, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int p = from;
    for (; p + 3 < to; p += 4) {
      s0 += (double) a[p] * b[p];
      s1 += (double) a[p + 1] * b[p + 1];
      s2 += (double) a[p + 2] * b[p + 2];
      s3 += (double) a[p + 3] * b[p + 3];
    }
    for (; p < to; p++) {
      s0 += (double) a[p] * b[p];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Σ c_i g_i of the values {@code from} to {@code to}. */
  static void sum(float[][] gradients, double[] coefficients, int from, int to, float[] into) {
    java.util.Arrays.fill(into, from, to, 0f);
    for (int k = 0; k < gradients.length; k++) {
      float c = (float) coefficients[k];
      float[] g = gradients[k];
      for (int p = from; p < to; p++) {
        into[p] += c * g[p];
      }
    }
  }
}
