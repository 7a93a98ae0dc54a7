package dev.tandem.archive;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor's name, element type and shape; elements lie row-major.
 *
 * @param name unique in its file, not empty, not {@code __metadata__}
 * @param type element type
 * @param shape sizes, each at least 0; empty for a scalar
 */
public record TensorSpec(String name, DType type, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
    if (name.isEmpty() || name.equals("__metadata__") || shape.stream().anyMatch(n -> n < 0)) {
      throw new IllegalArgumentException("Not a tensor: name \"" + name + "\", shape " + shape);
    }
    long elements = 1;
    for (long n : shape) {
      elements = Math.multiplyExact(elements, n);
    }
    Math.multiplyExact(elements, (long) type.bytes());
  }

  /** A tensor of any type. */
  public static TensorSpec of(String name, DType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** A float32 tensor. */
  public static TensorSpec f32(String name, long... shape) {
    return of(name, DType.F32, shape);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Size in bytes. */
  public long bytes() {
    return elements() * type.bytes();
  }

  /** Size of the first dimension; 1 for a scalar. */
  public long rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** Elements of one row: the product of all dimensions but the first. */
  public long rowElements() {
    return shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
  }
}
