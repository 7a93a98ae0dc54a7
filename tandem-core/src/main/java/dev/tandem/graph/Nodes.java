package dev.tandem.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The operators as functions, so that a model reads like its paper. Axes may be negative: they
 * count from the end.
 */
public final class Nodes {
  private Nodes() {}

  private static Node unary(Unary.Kind kind, Node x) {
    return Node.of(new Unary(kind), x);
  }

  private static Node binary(Binary.Kind kind, Node a, Node b) {
    return Node.of(new Binary(kind), a, b);
  }

  public static Node neg(Node x) {
    return unary(Unary.Kind.NEG, x);
  }

  public static Node relu(Node x) {
    return unary(Unary.Kind.RELU, x);
  }

  public static Node sigmoid(Node x) {
    return unary(Unary.Kind.SIGMOID, x);
  }

  public static Node tanh(Node x) {
    return unary(Unary.Kind.TANH, x);
  }

  public static Node softplus(Node x) {
    return unary(Unary.Kind.SOFTPLUS, x);
  }

  public static Node sin(Node x) {
    return unary(Unary.Kind.SIN, x);
  }

  public static Node cos(Node x) {
    return unary(Unary.Kind.COS, x);
  }

  public static Node exp(Node x) {
    return unary(Unary.Kind.EXP, x);
  }

  public static Node log(Node x) {
    return unary(Unary.Kind.LOG, x);
  }

  public static Node sqrt(Node x) {
    return unary(Unary.Kind.SQRT, x);
  }

  public static Node abs(Node x) {
    return unary(Unary.Kind.ABS, x);
  }

  public static Node sign(Node x) {
    return unary(Unary.Kind.SIGN, x);
  }

  /** 1 where {@code x > 0}, otherwise 0. */
  public static Node step(Node x) {
    return unary(Unary.Kind.STEP, x);
  }

  public static Node add(Node a, Node b) {
    return binary(Binary.Kind.ADD, a, b);
  }

  public static Node sub(Node a, Node b) {
    return binary(Binary.Kind.SUB, a, b);
  }

  public static Node mul(Node a, Node b) {
    return binary(Binary.Kind.MUL, a, b);
  }

  public static Node div(Node a, Node b) {
    return binary(Binary.Kind.DIV, a, b);
  }

  /** 1 where both are equal, otherwise 0. */
  public static Node equal(Node a, Node b) {
    return binary(Binary.Kind.EQUAL, a, b);
  }

  public static Node scale(Node x, double factor) {
    return mul(x, scalar(factor));
  }

  public static Node square(Node x) {
    return mul(x, x);
  }

  /** The sum of one or more nodes. */
  public static Node add(List<Node> nodes) {
    return nodes.stream().reduce(Nodes::add).orElseThrow();
  }

  /** {@code x} limited to [low, high]; no gradient outside. */
  public static Node clamp(Node x, double low, double high) {
    return select(
        step(sub(x, scalar(high))),
        scalar(high),
        select(step(sub(scalar(low), x)), scalar(low), x));
  }

  /** {@code condition > 0 ? a : b}. */
  public static Node select(Node condition, Node a, Node b) {
    return Node.of(new Select(), condition, a, b);
  }

  public static Node matmul(Node a, Node b) {
    return matmul(a, b, false, false);
  }

  public static Node matmul(Node a, Node b, boolean transA, boolean transB) {
    return Node.of(new MatMul(transA, transB), a, b);
  }

  /** Over the last dimension. */
  public static Node softmax(Node x) {
    return Node.of(new Softmax(), x);
  }

  /** Over the last dimension. */
  public static Node logSoftmax(Node x) {
    return Node.of(new LogSoftmax(), x);
  }

  /** (x - mean) / sqrt(var + epsilon) over the last dimension. */
  public static Node normalise(Node x, double epsilon) {
    return Node.of(new Normalise(epsilon), x);
  }

  public static Node concat(int axis, List<Node> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : Node.of(new Concat(parts.get(0).shape().axis(axis)), parts);
  }

  /** Side by side along the last dimension. */
  public static Node concat(Node... parts) {
    return concat(-1, Arrays.asList(parts));
  }

  /** Each {@code [B,H]} becomes one row of {@code [B,n,H]}: a new dimension {@code axis}. */
  public static Node stack(int axis, List<Node> parts) {
    return concat(axis, parts.stream().map(p -> insert(p, axis)).toList());
  }

  /** A new dimension of 1 at {@code axis} (not negative). */
  public static Node insert(Node x, int axis) {
    List<Dim> dims = new ArrayList<>(x.shape().dims());
    dims.add(axis, Dim.of(1));
    return reshape(x, new Shape(dims));
  }

  /** Without the dimension {@code axis}, which is 1. */
  public static Node remove(Node x, int axis) {
    List<Dim> dims = new ArrayList<>(x.shape().dims());
    dims.remove(x.shape().axis(axis));
    return reshape(x, new Shape(dims));
  }

  public static Node slice(Node x, int axis, long start, long end) {
    int a = x.shape().axis(axis);
    boolean whole =
        start == 0
            && (end == Slice.END || (x.shape().dim(a).isStatic() && end == x.shape().size(a)));
    return whole ? x : Node.of(new Slice(a, start, end), x);
  }

  /** Position {@code i} of {@code axis}, without that dimension. */
  public static Node pick(Node x, int axis, int i) {
    int a = x.shape().axis(axis);
    return remove(slice(x, a, i, i + 1L), a);
  }

  public static Node reshape(Node x, Shape shape) {
    return x.shape().equals(shape) ? x : Node.of(new Reshape(shape), x);
  }

  public static Node transpose(Node x, int... order) {
    return Node.of(new Transpose(IntStream.of(order).boxed().toList()), x);
  }

  /** {@code x} stretched to the shape of {@code like}. */
  public static Node expandLike(Node x, Node like) {
    return x.shape().equals(like.shape()) ? x : Node.of(new ExpandLike(), x, like);
  }

  public static Node sum(Node x, boolean keep, int... axes) {
    return Node.of(new Sum(IntStream.of(axes).map(x.shape()::axis).boxed().toList(), keep), x);
  }

  /** The sum of all elements, a scalar. */
  public static Node sum(Node x) {
    return sum(x, false, IntStream.range(0, x.shape().rank()).toArray());
  }

  public static Node mean(Node x, boolean keep, int... axes) {
    return div(sum(x, keep, axes), extent(x, axes));
  }

  /** The number of positions along {@code axes} as a scalar. */
  public static Node extent(Node x, int... axes) {
    List<Integer> positive = IntStream.of(axes).map(x.shape()::axis).boxed().toList();
    if (positive.stream().allMatch(a -> x.shape().dim(a).isStatic())) {
      return scalar(
          (double) positive.stream().mapToLong(a -> x.shape().size(a)).reduce(1, (p, q) -> p * q));
    }
    return Node.of(new Extent(positive), x);
  }

  /** Maximum over {@code axis}, which stays as a dimension of 1. */
  public static Node max(Node x, int axis) {
    return Node.of(new Max(x.shape().axis(axis)), x);
  }

  public static Node stopGradient(Node x) {
    return Node.of(new StopGradient(), x);
  }

  /** {@code x} unchanged; its gradient multiplied by {@code factor}. */
  public static Node scaleGradient(Node x, Node factor) {
    return Node.of(new ScaleGradient(), x, factor);
  }

  /** A constant scalar. */
  public static Node scalar(double value) {
    return constant(value);
  }

  /** A constant scalar. */
  public static Node constant(double value) {
    return Node.of(new Constant(Shape.SCALAR, List.of(value)));
  }

  public static Node constant(Shape shape, double... values) {
    return Node.of(new Constant(shape, Arrays.stream(values).boxed().toList()));
  }

  /** Ones of a static shape. */
  public static Node ones(int... shape) {
    double[] values = new double[Shape.of(shape).count().size()];
    Arrays.fill(values, 1);
    return constant(Shape.of(shape), values);
  }

  /** Zeros of the shape of {@code x}. */
  public static Node zerosLike(Node x) {
    return Node.of(new ExpandLike(), scalar(0), x);
  }

  /** {@code [.., M, n]} as {@code [..*M, n]}. */
  public static Node flattenRows(Node x) {
    Shape s = x.shape();
    Dim rows = new Shape(s.dims().subList(0, s.rank() - 1)).count();
    return reshape(x, Shape.of(rows, s.dim(-1)));
  }

  /** {@code [B, .., n]} as {@code [B, ..*n]}. */
  public static Node flatten(Node x) {
    Shape s = x.shape();
    return reshape(x, Shape.of(s.dim(0), new Shape(s.dims().subList(1, s.rank())).count()));
  }

  /** {@code x} summed over what broadcasting had stretched {@code shape} by. */
  static Node sumTo(Node x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    int extra = x.shape().rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < x.shape().rank(); i++) {
      boolean stretched = i < extra || (shape.size1(i - extra) && !x.shape().size1(i));
      if (stretched) {
        axes.add(i);
      }
    }
    Node reduced = axes.isEmpty() ? x : Node.of(new Sum(axes, extra == 0), x);
    return reshape(reduced, shape);
  }
}
