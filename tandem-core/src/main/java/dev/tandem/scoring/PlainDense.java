package dev.tandem.scoring;

/**
 * The weights of a dense layer, packed for loops that the compiler vectorises: every row of a panel
 * of up to {@link #PANEL} columns is an array of its own, so that all indices are plain. Immutable.
 */
final class PlainDense implements Dense {
  /** Fewer columns than this are cheaper as scalar products. */
  private static final int NARROW = 8;

  private final int depth;
  private final int width;
  private final float[][][] panels;
  private final float[][] columns;

  private PlainDense(int depth, int width, float[][][] panels, float[][] columns) {
    this.depth = depth;
    this.width = width;
    this.panels = panels;
    this.columns = columns;
  }

  /** Packs a matrix of the given stored sizes, which is used transposed if so asked. */
  static PlainDense pack(float[] w, int rows, int cols, boolean transposed) {
    int depth = transposed ? cols : rows;
    int width = transposed ? rows : cols;
    if (width < NARROW) {
      float[][] columns = new float[width][depth];
      for (int j = 0; j < width; j++) {
        for (int k = 0; k < depth; k++) {
          columns[j][k] = transposed ? w[j * depth + k] : w[k * width + j];
        }
      }
      return new PlainDense(depth, width, new float[0][][], columns);
    }
    int count = (width + PANEL - 1) / PANEL;
    int each = Math.min(PANEL, ((width + count - 1) / count + 15) / 16 * 16);
    float[][][] panels = new float[(width + each - 1) / each][depth][];
    for (int p = 0; p < panels.length; p++) {
      int from = p * each;
      int n = Math.min(each, width - from);
      for (int k = 0; k < depth; k++) {
        float[] row = new float[n];
        for (int j = 0; j < n; j++) {
          row[j] = transposed ? w[(from + j) * depth + k] : w[k * width + from + j];
        }
        panels[p][k] = row;
      }
    }
    return new PlainDense(depth, width, panels, new float[0][]);
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void run(float[] x, int rows, float[] bias, boolean relu, float[] out, float[][] sums) {
    if (columns.length > 0) {
      narrow(x, rows, bias, relu, out);
      return;
    }
    for (int from = 0; from < rows; from += BLOCK) {
      int block = Math.min(BLOCK, rows - from);
      int column = 0;
      for (float[][] panel : panels) {
        int n = panel.length == 0 ? 0 : panel[0].length;
        for (int r = 0; r < block; r++) {
          if (bias.length == 0) {
            java.util.Arrays.fill(sums[r], 0, n, 0f);
          } else {
            System.arraycopy(bias, column, sums[r], 0, n);
          }
        }
        accumulate(x, from, block, panel, n, sums);
        for (int r = 0; r < block; r++) {
          if (relu) {
            Elements.relu(sums[r], sums[r], n);
          }
          System.arraycopy(sums[r], 0, out, (from + r) * width + column, n);
        }
        column += n;
      }
    }
  }

  private void accumulate(float[] x, int from, int block, float[][] panel, int n, float[][] sums) {
    int k = 0;
    for (; k + 3 < depth; k += 4) {
      for (int r = 0; r < block; r++) {
        int at = (from + r) * depth + k;
        four(
            sums[r],
            panel[k],
            panel[k + 1],
            panel[k + 2],
            panel[k + 3],
            x[at],
            x[at + 1],
            x[at + 2],
            x[at + 3],
            n);
      }
    }
    for (; k < depth; k++) {
      for (int r = 0; r < block; r++) {
        one(sums[r], panel[k], x[(from + r) * depth + k], n);
      }
    }
  }

  private static void four(
      float[] c,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float a0,
      float a1,
      float a2,
      float a3,
      int n) {
    for (int j = 0; j < n; j++) {
      c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void one(float[] c, float[] b, float a, int n) {
    for (int j = 0; j < n; j++) {
      c[j] = c[j] + a * b[j];
    }
  }

  private void narrow(float[] x, int rows, float[] bias, boolean relu, float[] out) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < width; j++) {
        float sum = dot(x, r * depth, columns[j]) + (bias.length == 0 ? 0 : bias[j]);
        out[r * width + j] = relu ? Math.max(sum, 0) : sum;
      }
    }
  }

  /** Four chains, so that additions need not wait for each other. */
  private static float dot(float[] x, int from, float[] w) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int k = 0;
    for (; k + 3 < w.length; k += 4) {
      s0 += x[from + k] * w[k];
      s1 += x[from + k + 1] * w[k + 1];
      s2 += x[from + k + 2] * w[k + 2];
      s3 += x[from + k + 3] * w[k + 3];
    }
    for (; k < w.length; k++) {
      s0 += x[from + k] * w[k];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
