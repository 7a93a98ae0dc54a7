package dev.tandem.scoring;

import java.lang.reflect.InvocationTargetException;

/**
 * The weights of a dense layer, packed for the loops that multiply with them: with the Vector API
 * where the JVM was started with {@code --add-modules jdk.incubator.vector}, otherwise plain ones.
 * Immutable.
 */
interface Dense {
  /** Most columns per panel: a few rows of it and of the sums stay in the nearest cache. */
  int PANEL = 256;

  /** Rows whose sums are built up together. */
  int BLOCK = 32;

  /** Rows of the matrix: numbers per row of x. */
  int depth();

  /** Columns of the matrix: numbers per row of the result. */
  int width();

  /**
   * {@code out = x W + bias} for {@code rows} rows, then ReLU if asked.
   *
   * @param bias {@link #width} numbers, or an empty array for none
   * @param sums {@link #BLOCK} arrays of {@link #PANEL} numbers to work on
   */
  void run(float[] x, int rows, float[] bias, boolean relu, float[] out, float[][] sums);

  /** Packs matrices. */
  @FunctionalInterface
  interface Packing {
    /** Packs a matrix of the given stored sizes, which is used transposed if so asked. */
    Dense pack(float[] w, int rows, int cols, boolean transposed);
  }

  /** The packing for this JVM. */
  Packing PACKING = packing();

  private static Packing packing() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return PlainDense::pack;
    }
    try {
      // Compiled apart, against a module that is not there in every JVM.
      return Class.forName("dev.tandem.scoring.VectorPacking")
          .asSubclass(Packing.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the Vector API cannot be used", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this build lacks the kernels for the Vector API", e);
    }
  }
}
