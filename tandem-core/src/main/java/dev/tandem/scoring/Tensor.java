package dev.tandem.scoring;

import java.util.Arrays;

/** Numbers in row-major order, in double precision. */
public final class Tensor {
  private final double[] data;
  private final int[] shape;

  /**
   * A view of an array.
   *
   * @param data the numbers; not copied
   * @param shape the sizes; empty for a scalar
   */
  public Tensor(double[] data, int... shape) {
    if (count(shape) != data.length) {
      throw new IllegalArgumentException(
          data.length + " numbers for shape " + Arrays.toString(shape));
    }
    this.data = data;
    this.shape = shape;
  }

  /** The numbers themselves. */
  public double[] data() {
    return data;
  }

  /** The sizes. */
  public int[] shape() {
    return shape;
  }

  public static Tensor scalar(double value) {
    return new Tensor(new double[] {value});
  }

  public static Tensor zeros(int... shape) {
    return new Tensor(new double[count(shape)], shape);
  }

  public int rank() {
    return shape.length;
  }

  static int count(int... shape) {
    int n = 1;
    for (int s : shape) {
      n = Math.multiplyExact(n, s);
    }
    return n;
  }

  @Override
  public String toString() {
    return Arrays.toString(shape) + Arrays.toString(data);
  }
}
