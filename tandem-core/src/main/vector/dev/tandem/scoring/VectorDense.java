package dev.tandem.scoring;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A dense layer multiplied with the Vector API. The matrix is cut into tiles of two vectors of
 * columns, each contiguous and padded with zeros; the sums of four rows times one tile stay in
 * registers over the whole depth. Each sum adds up in the order of the depth, whatever the width of
 * the vectors, the tile or the row's place. Immutable.
 */
final class VectorDense implements Dense {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int TILE = 2 * LANES;

  private final int depth;
  private final int width;
  private final float[] tiles; // [tile][depth][TILE]

  private VectorDense(int depth, int width, float[] tiles) {
    this.depth = depth;
    this.width = width;
    this.tiles = tiles;
  }

  static VectorDense pack(float[] w, int rows, int cols, boolean transposed) {
    int depth = transposed ? cols : rows;
    int width = transposed ? rows : cols;
    int count = (width + TILE - 1) / TILE;
    float[] tiles = new float[Math.multiplyExact(count * TILE, depth)];
    for (int j = 0; j < width; j++) {
      int from = j / TILE * TILE * depth + j % TILE;
      for (int k = 0; k < depth; k++) {
        tiles[from + k * TILE] = transposed ? w[j * depth + k] : w[k * width + j];
      }
    }
    return new VectorDense(depth, width, tiles);
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
    for (int from = 0; from < rows; from += BLOCK) {
      int block = Math.min(BLOCK, rows - from);
      for (int column = 0; column < width; column += PANEL) {
        int n = Math.min(PANEL, width - column);
        for (int tile = 0; tile < n; tile += TILE) {
          int r = 0;
          for (; r + 3 < block; r += 4) {
            four(x, from + r, column + tile, tile, sums, r);
          }
          for (; r < block; r++) {
            one(x, from + r, column + tile, tile, sums[r]);
          }
        }
        for (int r = 0; r < block; r++) {
          finish(sums[r], bias, column, n, relu, out, (from + r) * width + column);
        }
      }
    }
  }

  /** Rows {@code row … row + 3} times one tile, into {@code sums[first … first + 3][at …]}. */
  private void four(float[] x, int row, int column, int at, float[][] sums, int first) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector d0 = FloatVector.zero(SPECIES);
    FloatVector d1 = FloatVector.zero(SPECIES);
    int a = row * depth;
    int b = a + depth;
    int c = b + depth;
    int d = c + depth;
    int tile = column * depth;
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, tiles, tile);
      FloatVector w1 = FloatVector.fromArray(SPECIES, tiles, tile + LANES);
      FloatVector xa = FloatVector.broadcast(SPECIES, x[a + k]);
      FloatVector xb = FloatVector.broadcast(SPECIES, x[b + k]);
      FloatVector xc = FloatVector.broadcast(SPECIES, x[c + k]);
      FloatVector xd = FloatVector.broadcast(SPECIES, x[d + k]);
      a0 = w0.fma(xa, a0);
      a1 = w1.fma(xa, a1);
      b0 = w0.fma(xb, b0);
      b1 = w1.fma(xb, b1);
      c0 = w0.fma(xc, c0);
      c1 = w1.fma(xc, c1);
      d0 = w0.fma(xd, d0);
      d1 = w1.fma(xd, d1);
      tile += TILE;
    }
    a0.intoArray(sums[first], at);
    a1.intoArray(sums[first], at + LANES);
    b0.intoArray(sums[first + 1], at);
    b1.intoArray(sums[first + 1], at + LANES);
    c0.intoArray(sums[first + 2], at);
    c1.intoArray(sums[first + 2], at + LANES);
    d0.intoArray(sums[first + 3], at);
    d1.intoArray(sums[first + 3], at + LANES);
  }

  private void one(float[] x, int row, int column, int at, float[] sums) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    int a = row * depth;
    int tile = column * depth;
    for (int k = 0; k < depth; k++) {
      FloatVector xa = FloatVector.broadcast(SPECIES, x[a + k]);
      a0 = FloatVector.fromArray(SPECIES, tiles, tile).fma(xa, a0);
      a1 = FloatVector.fromArray(SPECIES, tiles, tile + LANES).fma(xa, a1);
      tile += TILE;
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + LANES);
  }

  private static void finish(
      float[] sums, float[] bias, int column, int n, boolean relu, float[] out, int to) {
    if (bias.length > 0) {
      for (int j = 0; j < n; j++) {
        sums[j] = sums[j] + bias[column + j];
      }
    }
    if (relu) {
      Elements.relu(sums, sums, n);
    }
    System.arraycopy(sums, 0, out, to, n);
  }
}
