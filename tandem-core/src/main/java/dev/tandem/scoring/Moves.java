package dev.tandem.scoring;

/** Numbers moved, stretched and summed under strides. */
final class Moves {
  private Moves() {}

  /**
   * Reads {@code x} with a stride per dimension and writes the numbers in order.
   *
   * @param sizes sizes of the result, at least one
   * @param strides stride of x per dimension; 0 repeats
   */
  static void gather(float[] x, int from, float[] y, int to, int[] sizes, int[] strides) {
    gather(x, from, y, to, 0, sizes, strides);
  }

  private static int gather(
      float[] x, int from, float[] y, int to, int d, int[] sizes, int[] strides) {
    int n = sizes[d];
    int stride = strides[d];
    if (d < sizes.length - 1) {
      int at = to;
      for (int i = 0; i < n; i++) {
        at = gather(x, from + i * stride, y, at, d + 1, sizes, strides);
      }
      return at;
    }
    if (stride == 1) {
      if (n < 8) {
        for (int i = 0; i < n; i++) {
          y[to + i] = x[from + i];
        }
      } else {
        System.arraycopy(x, from, y, to, n);
      }
    } else if (stride == 0) {
      java.util.Arrays.fill(y, to, to + n, x[from]);
    } else {
      for (int i = 0; i < n; i++) {
        y[to + i] = x[from + i * stride];
      }
    }
    return to + n;
  }

  /** Adds every number of {@code x}, in order, to where the strides of {@code y} point. */
  static void sum(float[] x, float[] y, int count, int[] sizes, int[] strides) {
    java.util.Arrays.fill(y, 0, count, 0f);
    sum(x, 0, y, 0, 0, sizes, strides);
  }

  private static int sum(
      float[] x, int from, float[] y, int to, int d, int[] sizes, int[] strides) {
    int n = sizes[d];
    int stride = strides[d];
    if (d < sizes.length - 1) {
      int at = from;
      for (int i = 0; i < n; i++) {
        at = sum(x, at, y, to + i * stride, d + 1, sizes, strides);
      }
      return at;
    }
    if (stride == 0) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total += x[from + i];
      }
      y[to] += (float) total;
    } else {
      for (int i = 0; i < n; i++) {
        y[to + i * stride] += x[from + i];
      }
    }
    return from + n;
  }

  /** Maximum over a middle dimension: [outer, n, inner] to [outer, inner]. */
  static void max(float[] x, float[] y, int outer, int n, int inner) {
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
          max = Math.max(max, x[(o * n + j) * inner + i]);
        }
        y[o * inner + i] = max;
      }
    }
  }

  /** Runs of {@code length} numbers at one stride to another: concatenation and slices. */
  static void runs(
      float[] x, int from, int stride, float[] y, int to, int step, int length, int count) {
    if (length < 8) {
      for (int r = 0; r < count; r++) {
        for (int i = 0; i < length; i++) {
          y[to + r * step + i] = x[from + r * stride + i];
        }
      }
      return;
    }
    for (int r = 0; r < count; r++) {
      System.arraycopy(x, from + r * stride, y, to + r * step, length);
    }
  }

  /** Products of small matrices that are both computed, batch after batch. */
  static void products(
      float[] a,
      float[] b,
      float[] y,
      int batches,
      int m,
      int k,
      int n,
      boolean transA,
      boolean transB,
      boolean shared) {
    for (int batch = 0; batch < batches; batch++) {
      int a0 = batch * m * k;
      int b0 = shared ? 0 : batch * k * n;
      int y0 = batch * m * n;
      int ai = transA ? 1 : k;
      int al = transA ? m : 1;
      if (transB) {
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            float sum = 0;
            int at = b0 + j * k;
            for (int l = 0; l < k; l++) {
              sum += a[a0 + i * ai + l * al] * b[at + l];
            }
            y[y0 + i * n + j] = sum;
          }
        }
      } else {
        for (int i = 0; i < m; i++) {
          int row = y0 + i * n;
          java.util.Arrays.fill(y, row, row + n, 0f);
          for (int l = 0; l < k; l++) {
            float factor = a[a0 + i * ai + l * al];
            int at = b0 + l * n;
            for (int j = 0; j < n; j++) {
              y[row + j] += factor * b[at + j];
            }
          }
        }
      }
    }
  }
}
