package dev.tandem.balance;

/** Small dense linear systems, by Gaussian elimination with partial pivoting. */
final class LinearSystem {
  /** Pivots below this share of the largest entry count as zero. */
  private static final double SINGULAR = 1e-13;

  private LinearSystem() {}

  /** The x with Ax = b, or an empty array where A is singular (and n is not 0). Changes A and b. */
  static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    double largest = 0;
    for (double[] row : a) {
      for (double v : row) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int r = column + 1; r < n; r++) {
        pivot = Math.abs(a[r][column]) > Math.abs(a[pivot][column]) ? r : pivot;
      }
      if (!(Math.abs(a[pivot][column]) > SINGULAR * largest)) {
        return new double[0];
      }
      swap(a, b, column, pivot);
      for (int r = column + 1; r < n; r++) {
        double factor = a[r][column] / a[column][column];
        for (int c = column; c < n; c++) {
          a[r][c] -= factor * a[column][c];
        }
        b[r] -= factor * b[column];
      }
    }
    for (int r = n - 1; r >= 0; r--) {
      for (int c = r + 1; c < n; c++) {
        b[r] -= a[r][c] * b[c];
      }
      b[r] /= a[r][r];
    }
    return b;
  }

  private static void swap(double[][] a, double[] b, int i, int j) {
    double[] row = a[i];
    a[i] = a[j];
    a[j] = row;
    double value = b[i];
    b[i] = b[j];
    b[j] = value;
  }
}
