package dev.tandem.scoring;

/** Packs matrices for {@link VectorDense}. */
final class VectorPacking implements Dense.Packing {
  @Override
  public Dense pack(float[] w, int rows, int cols, boolean transposed) {
    return VectorDense.pack(w, rows, cols, transposed);
  }
}
