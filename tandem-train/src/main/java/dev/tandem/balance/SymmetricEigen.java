package dev.tandem.balance;

import java.util.Arrays;

/** Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations. */
final class SymmetricEigen {
  private static final int MOST_SWEEPS = 60;

  private final double[] values;
  private final double[][] vectors; // columns

  SymmetricEigen(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && rotateAll(a, v); sweep++) {}
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Double.compare(a[i][i], a[j][j]));
    values = new double[n];
    vectors = new double[n][n];
    for (int c = 0; c < n; c++) {
      values[c] = a[order[c]][order[c]];
      for (int r = 0; r < n; r++) {
        vectors[r][c] = v[r][order[c]];
      }
    }
  }

  /** Rising. */
  double value(int column) {
    return values[column];
  }

  double vector(int row, int column) {
    return vectors[row][column];
  }

  private static boolean rotateAll(double[][] a, double[][] v) {
    boolean rotated = false;
    for (int p = 0; p < a.length; p++) {
      for (int q = p + 1; q < a.length; q++) {
        double size = Math.sqrt(Math.abs(a[p][p]) * Math.abs(a[q][q]));
        if (Math.abs(a[p][q]) > 1e-17 * size && a[p][q] != 0) {
          rotate(a, v, p, q);
          rotated = true;
        }
      }
    }
    return rotated;
  }

  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    double shift = t * a[p][q];
    a[p][p] -= shift;
    a[q][q] += shift;
    a[p][q] = 0;
    a[q][p] = 0;
    for (int k = 0; k < a.length; k++) {
      if (k != p && k != q) {
        double kp = a[k][p];
        double kq = a[k][q];
        a[k][p] = c * kp - s * kq;
        a[p][k] = a[k][p];
        a[k][q] = s * kp + c * kq;
        a[q][k] = a[k][q];
      }
      double vp = v[k][p];
      double vq = v[k][q];
      v[k][p] = c * vp - s * vq;
      v[k][q] = s * vp + c * vq;
    }
  }
}
