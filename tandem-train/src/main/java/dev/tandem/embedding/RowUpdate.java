package dev.tandem.embedding;

import java.util.Arrays;

/**
 * Follows the gradient of a batch's distinct rows, about a thousand weights at a time.
 *
 * <p>Rows are copied into small arrays (gradient, weights, state), the rule runs as flat loops with
 * one store each, which the JIT compiler turns into vector instructions, and the rows are copied
 * back. A row is updated from its own lookups in their order, so neither the blocks nor the threads
 * show in the bits. One instance per thread.
 */
public final class RowUpdate {
  private static final int BLOCK_FLOATS = 1024;
  private static final int WINDOW = 64;

  private float[] gradient = new float[0];
  private float[] weight = new float[0];
  private float[] first = new float[0];
  private float[] second = new float[0];
  private float touched;

  /**
   * Updates the distinct rows {@code from … to − 1} of sorted lookups.
   *
   * @param gradients in the layout of the lookups' locations
   */
  public void apply(
      EmbeddingTable table, Lookups lookups, int from, int to, float[] gradients, RowStep step) {
    int block = blockRows(table.dim());
    for (int u = from; u < to; u += block) {
      int count = Math.min(block, to - u);
      touch(table, lookups, u, count);
      sum(table.dim(), lookups, u, count, gradients);
      update(table, lookups, u, count, step);
    }
  }

  /**
   * Sum of the squared gradients of the distinct rows {@code from … to − 1}, the rows' own sums
   * added in order. For the global norm, cut at multiples of {@link #blockRows} to be independent
   * of the number of threads.
   */
  public double squaredNorm(int dim, Lookups lookups, int from, int to, float[] gradients) {
    int block = blockRows(dim);
    reserve(block * dim);
    double total = 0;
    for (int u = from; u < to; u += block) {
      int count = Math.min(block, to - u);
      sum(dim, lookups, u, count, gradients);
      double part = 0;
      for (int i = 0; i < count * dim; i++) {
        part += (double) gradient[i] * gradient[i];
      }
      total += part;
    }
    return total;
  }

  /** Rows handled at once for a given width. */
  public static int blockRows(int dim) {
    return Math.max(1, BLOCK_FLOATS / dim);
  }

  private void reserve(int floats) {
    if (gradient.length < floats) {
      gradient = new float[floats];
      weight = new float[floats];
      first = new float[floats];
      second = new float[floats];
    }
  }

  /** Loads a float of each row, all independent: the cache misses overlap instead of queueing. */
  private void touch(EmbeddingTable table, Lookups lookups, int u, int count) {
    float sum = 0;
    int last = table.stride() - 1;
    int middle = last / 2;
    for (int i = u; i < u + count; i++) {
      float[] segment = table.segment(lookups.rowIds[i]);
      int base = table.base(lookups.rowIds[i]);
      sum += segment[base] + segment[base + middle] + segment[base + last];
    }
    touched = sum;
  }

  private void sum(int dim, Lookups lookups, int u, int count, float[] gradients) {
    reserve(Math.max(BLOCK_FLOATS, count * dim));
    boolean scaled = lookups.adds();
    int ahead = lookups.rowStarts[u];
    for (int r = 0; r < count; r++) {
      int at = r * dim;
      int end = lookups.rowStarts[u + r + 1];
      Arrays.fill(gradient, at, at + dim, 0f);
      for (int k = lookups.rowStarts[u + r]; k < end; k++) {
        if (k == ahead) {
          ahead = Math.min(k + WINDOW, lookups.size());
          touch(dim, lookups, k, ahead, gradients);
        }
        if (scaled) {
          addScaled(dim, lookups, lookups.lookup(k), gradients, at);
        } else {
          add(dim, gradients, lookups.locations[lookups.lookup(k)], at);
        }
      }
    }
  }

  /** Loads both ends of each gradient, all independent. */
  private void touch(int dim, Lookups lookups, int from, int to, float[] gradients) {
    float sum = 0;
    for (int k = from; k < to; k++) {
      int location = lookups.locations[lookups.lookup(k)];
      sum += gradients[location] + gradients[location + dim - 1];
    }
    touched = sum;
  }

  private void add(int dim, float[] gradients, int location, int at) {
    float[] g = gradient;
    int c = 0;
    for (; c + 8 <= dim; c += 8) { // rows are too short for the compiler's own unrolling
      int to = at + c;
      int from = location + c;
      g[to] += gradients[from];
      g[to + 1] += gradients[from + 1];
      g[to + 2] += gradients[from + 2];
      g[to + 3] += gradients[from + 3];
      g[to + 4] += gradients[from + 4];
      g[to + 5] += gradients[from + 5];
      g[to + 6] += gradients[from + 6];
      g[to + 7] += gradients[from + 7];
    }
    for (; c < dim; c++) {
      g[at + c] += gradients[location + c];
    }
  }

  private void addScaled(int dim, Lookups lookups, int lookup, float[] gradients, int at) {
    int location = lookups.locations[lookup];
    float scale = lookups.scales[lookup];
    for (int c = 0; c < dim; c++) {
      gradient[at + c] += scale * gradients[location + c];
    }
  }

  private void update(EmbeddingTable table, Lookups lookups, int u, int count, RowStep step) {
    int dim = table.dim();
    int n = count * dim;
    load(table, lookups, u, count, weight, 0);
    RowOptimizer optimizer = table.optimizer();
    scaleGradient(n, (float) step.gradientScale(), (float) optimizer.l2());
    float rate = (float) (optimizer.learningRate() * step.rate());
    if (optimizer instanceof RowOptimizer.Adam adam) {
      load(table, lookups, u, count, first, dim);
      load(table, lookups, u, count, second, 2 * dim);
      adam(n, adam, step);
      store(table, lookups, u, count, first, dim);
      store(table, lookups, u, count, second, 2 * dim);
    } else if (optimizer instanceof RowOptimizer.Adagrad adagrad) {
      load(table, lookups, u, count, first, dim);
      adagrad(n, rate, (float) adagrad.epsilon());
      store(table, lookups, u, count, first, dim);
    } else if (optimizer instanceof RowOptimizer.RowwiseAdagrad rowwise) {
      rowwise(table, lookups, u, count, rate, (float) rowwise.epsilon());
    } else if (optimizer instanceof RowOptimizer.Ftrl ftrl) {
      load(table, lookups, u, count, first, dim);
      load(table, lookups, u, count, second, 2 * dim);
      ftrl(n, ftrl);
      store(table, lookups, u, count, first, dim);
      store(table, lookups, u, count, second, 2 * dim);
    } else {
      descend(n, rate);
    }
    store(table, lookups, u, count, weight, 0);
  }

  private static void load(
      EmbeddingTable table, Lookups lookups, int u, int count, float[] into, int offset) {
    int dim = table.dim();
    for (int r = 0; r < count; r++) {
      int row = lookups.rowIds[u + r];
      System.arraycopy(table.segment(row), table.base(row) + offset, into, r * dim, dim);
    }
  }

  private static void store(
      EmbeddingTable table, Lookups lookups, int u, int count, float[] from, int offset) {
    int dim = table.dim();
    for (int r = 0; r < count; r++) {
      int row = lookups.rowIds[u + r];
      System.arraycopy(from, r * dim, table.segment(row), table.base(row) + offset, dim);
    }
  }

  private void scaleGradient(int n, float scale, float l2) {
    float[] g = gradient;
    float[] w = weight;
    if (scale != 1f) {
      for (int i = 0; i < n; i++) {
        g[i] = scale * g[i];
      }
    }
    if (l2 != 0f) {
      for (int i = 0; i < n; i++) {
        g[i] = g[i] + l2 * w[i];
      }
    }
  }

  private void adam(int n, RowOptimizer.Adam adam, RowStep step) {
    float beta1 = (float) adam.beta1();
    float beta2 = (float) adam.beta2();
    float rest1 = (float) (1 - adam.beta1());
    float rest2 = (float) (1 - adam.beta2());
    double correction2 = Math.sqrt(1 - Math.pow(adam.beta2(), (double) step.number()));
    float rate =
        (float)
            (adam.learningRate()
                * step.rate()
                * correction2
                / (1 - Math.pow(adam.beta1(), (double) step.number())));
    float epsilon = (float) (adam.epsilon() * correction2);
    float[] g = gradient;
    float[] w = weight;
    float[] m = first;
    float[] v = second;
    for (int i = 0; i < n; i++) {
      m[i] = beta1 * m[i] + rest1 * g[i];
    }
    for (int i = 0; i < n; i++) {
      v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    }
    for (int i = 0; i < n; i++) {
      w[i] = w[i] - rate * m[i] / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }

  private void adagrad(int n, float rate, float epsilon) {
    float[] g = gradient;
    float[] w = weight;
    float[] sum = first;
    for (int i = 0; i < n; i++) {
      sum[i] = sum[i] + g[i] * g[i];
    }
    for (int i = 0; i < n; i++) {
      w[i] = w[i] - rate * g[i] / ((float) Math.sqrt(sum[i]) + epsilon);
    }
  }

  private void rowwise(
      EmbeddingTable table, Lookups lookups, int u, int count, float rate, float epsilon) {
    int dim = table.dim();
    for (int r = 0; r < count; r++) {
      float squares = 0;
      for (int i = r * dim; i < (r + 1) * dim; i++) {
        squares += gradient[i] * gradient[i];
      }
      int row = lookups.rowIds[u + r];
      float[] segment = table.segment(row);
      int at = table.base(row) + dim;
      segment[at] += squares / dim;
      float scale = rate / ((float) Math.sqrt(segment[at]) + epsilon);
      for (int i = r * dim; i < (r + 1) * dim; i++) {
        weight[i] = weight[i] - scale * gradient[i];
      }
    }
  }

  private void ftrl(int n, RowOptimizer.Ftrl rule) {
    float alpha = (float) rule.learningRate();
    float beta = (float) rule.beta();
    float l1 = (float) rule.l1();
    float l2 = (float) rule.proximal();
    float[] g = gradient;
    float[] w = weight;
    float[] z = first;
    float[] squares = second;
    for (int i = 0; i < n; i++) {
      float before = (float) Math.sqrt(squares[i]);
      squares[i] = squares[i] + g[i] * g[i];
      float root = (float) Math.sqrt(squares[i]);
      z[i] = z[i] + g[i] - (root - before) / alpha * w[i];
      float beyond = Math.max(Math.abs(z[i]) - l1, 0);
      w[i] = beyond == 0 ? 0 : -Math.copySign(beyond, z[i]) / ((beta + root) / alpha + l2);
    }
  }

  private void descend(int n, float rate) {
    float[] g = gradient;
    float[] w = weight;
    for (int i = 0; i < n; i++) {
      w[i] = w[i] - rate * g[i];
    }
  }

  /** Whether a read ahead met a number; of no meaning but to keep the reads. */
  boolean touched() {
    return !Float.isNaN(touched);
  }
}
