package dev.tandem.graph;

import static dev.tandem.graph.Nodes.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * At least one small graph for every operator, with values for its leaves: what each engine and
 * gradient is tested on.
 */
public final class OperatorSamples {
  private OperatorSamples() {}

  /**
   * One sample.
   *
   * @param name what it shows
   * @param op the operator that it is there for, as {@link #key} spells it
   * @param output the result, of any shape
   * @param sizes size of every leaf by name
   * @param values row-major values of every leaf by name
   * @param smooth whether the gradient can be compared with central differences
   */
  public record Sample(
      String name,
      String op,
      Node output,
      Map<String, int[]> sizes,
      Map<String, double[]> values,
      boolean smooth) {}

  /** The name of an operator in the list. */
  public static String key(Op op) {
    if (op instanceof Unary u) {
      return "Unary." + u.kind();
    }
    return op instanceof Binary b ? "Binary." + b.kind() : op.getClass().getSimpleName();
  }

  /** The names of all operators that exist. */
  public static List<String> all() {
    List<String> names = new ArrayList<>();
    for (Class<?> kind : Op.class.getPermittedSubclasses()) {
      if (kind == Unary.class) {
        for (Unary.Kind k : Unary.Kind.values()) {
          names.add("Unary." + k);
        }
      } else if (kind == Binary.class) {
        for (Binary.Kind k : Binary.Kind.values()) {
          names.add("Binary." + k);
        }
      } else {
        names.add(kind.getSimpleName());
      }
    }
    return names;
  }

  public static List<Sample> samples() {
    List<Sample> list = new ArrayList<>();
    for (Unary.Kind kind : Unary.Kind.values()) {
      boolean positive = kind == Unary.Kind.LOG || kind == Unary.Kind.SQRT;
      Node x = input("x", Shape.batch(3));
      list.add(
          sample(
              kind.name(),
              Node.of(new Unary(kind), positive ? add(mul(x, x), scalar(0.1)) : x),
              4,
              0));
    }
    for (Binary.Kind kind : Binary.Kind.values()) {
      for (Shape right :
          List.of(Shape.batch(3), Shape.of(3), Shape.SCALAR, Shape.batch(1), Shape.of(1, 3))) {
        Node a = input("a", Shape.batch(3));
        Node b = parameterOrInput("b", right);
        Node divisor = kind == Binary.Kind.DIV ? add(mul(b, b), scalar(0.5)) : b;
        list.add(sample(kind + " by " + right, Node.of(new Binary(kind), a, divisor), 4, 0));
        if (kind != Binary.Kind.DIV) {
          list.add(sample(kind + " on " + right, Node.of(new Binary(kind), b, a), 4, 0));
        }
      }
    }
    Node c = input("c", Shape.batch(3));
    list.add(
        sample("select", select(c, input("a", Shape.batch(3)), input("b", Shape.of(3))), 4, 0));
    list.add(sample("select scalar", select(c, scalar(2), input("b", Shape.batch(1))), 4, 0));
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        Node a = parameterOrInput("a", ta ? Shape.of(3, 2) : Shape.of(2, 3));
        Node b = parameterOrInput("b", tb ? Shape.of(4, 3) : Shape.of(3, 4));
        list.add(sample("matmul " + ta + tb, matmul(a, b, ta, tb), 4, 0));
        Node as = input("as", ta ? Shape.batch(3, 2) : Shape.batch(2, 3));
        Node bs = input("bs", tb ? Shape.batch(4, 3) : Shape.batch(3, 4));
        list.add(sample("batched matmul " + ta + tb, matmul(as, bs, ta, tb), 4, 0));
        if (!ta) {
          list.add(sample("matmul by one matrix " + tb, matmul(as, b, false, tb), 4, 0));
        }
      }
    }
    Shape ragged = Shape.of(Dim.BATCH, Dim.symbol("L"), Dim.of(2));
    Node s = input("s", ragged);
    list.add(
        sample("matmul over a sequence", matmul(s, parameterOrInput("w", Shape.of(2, 3))), 3, 4));
    list.add(sample("attention", matmul(softmax(matmul(s, s, false, true)), s), 3, 4));
    Node turned = input("t", Shape.of(Dim.BATCH, Dim.of(2), Dim.symbol("L")));
    Node weights = softmax(matmul(turned, turned, true, false));
    list.add(sample("attention, positions last", matmul(turned, weights, false, true), 3, 4));
    Node few = softmax(matmul(input("q", Shape.batch(1, 2)), s, false, true));
    list.add(sample("attention of few queries", matmul(few, s), 3, 4));
    Shape columns = Shape.of(Dim.BATCH, Dim.symbol("L"), Dim.of(1));
    for (Binary.Kind kind : List.of(Binary.Kind.ADD, Binary.Kind.SUB, Binary.Kind.MUL)) {
      for (Shape right : List.of(Shape.of(2), columns, Shape.batch(1, 2), Shape.batch(1, 1))) {
        Node b = parameterOrInput("b", right);
        list.add(sample(kind + " of steps by " + right, Node.of(new Binary(kind), s, b), 3, 4));
        list.add(sample(kind + " of steps on " + right, Node.of(new Binary(kind), b, s), 3, 4));
      }
      Node column = Node.of(new Binary(kind), input("c", columns), scalar(0.3));
      list.add(sample(kind + " of a scalar by steps", column, 3, 4));
    }
    list.add(sample("softmax", softmax(input("x", Shape.batch(3))), 4, 0));
    list.add(sample("log softmax", logSoftmax(input("x", Shape.batch(2, 3))), 4, 0));
    list.add(sample("normalise", normalise(input("x", Shape.batch(2, 4)), 1e-5), 3, 0));
    list.add(
        sample("concat", concat(input("x", Shape.batch(2)), input("y", Shape.batch(3))), 4, 0));
    list.add(
        sample(
            "concat symbolic",
            concat(1, List.of(input("v", Shape.batch(1, 2)), s, input("u", Shape.batch(2, 2)))),
            3,
            4));
    list.add(
        sample(
            "stack",
            stack(1, List.of(input("x", Shape.batch(2)), input("y", Shape.batch(2)))),
            4,
            0));
    list.add(sample("slice middle", slice(input("x", Shape.batch(5)), 1, 1, 3), 4, 0));
    list.add(sample("slice head", slice(input("x", Shape.batch(5)), -1, 0, 2), 4, 0));
    list.add(sample("slice of a sequence's first", pick(s, 1, 0), 3, 4));
    list.add(
        sample(
            "slice without the first",
            slice(concat(1, List.of(input("v", Shape.batch(1, 2)), s)), 1, 1, Slice.END),
            3,
            4));
    list.add(sample("slice the last two", slice(s, 1, -2, Slice.END), 3, 4));
    list.add(sample("reshape", reshape(input("x", Shape.batch(6)), Shape.batch(2, 3)), 4, 0));
    list.add(
        sample(
            "reshape heads",
            reshape(
                input("q", Shape.of(Dim.BATCH, Dim.symbol("L"), Dim.of(4))),
                Shape.of(Dim.BATCH, Dim.symbol("L"), Dim.of(2), Dim.of(2))),
            3,
            4));
    list.add(
        sample(
            "reshape back from rows",
            reshape(matmul(flattenRows(s), parameterOrInput("w", Shape.of(2, 2))), ragged),
            3,
            4));
    list.add(sample("transpose", transpose(input("x", Shape.batch(2, 3)), 0, 2, 1), 4, 0));
    list.add(
        sample("transpose heads", transpose(input("x", Shape.batch(2, 3, 2)), 0, 2, 1, 3), 2, 0));
    list.add(
        sample("expand", expandLike(input("x", Shape.of(1, 3)), input("y", Shape.batch(3))), 4, 0));
    list.add(
        sample(
            "expand a scalar",
            expandLike(input("x", Shape.SCALAR), input("y", Shape.batch(3))),
            4,
            0));
    list.add(sample("sum of rows", sum(input("x", Shape.batch(3)), true, -1), 4, 0));
    list.add(sample("sum of columns", sum(input("x", Shape.batch(3)), false, 0), 4, 0));
    list.add(sample("sum of all", sum(input("x", Shape.batch(2, 3))), 4, 0));
    list.add(sample("sum inside", sum(input("x", Shape.batch(2, 3)), false, 1), 4, 0));
    list.add(sample("mean over the batch", mean(input("x", Shape.batch(3)), true, 0), 4, 0));
    list.add(sample("max", max(input("x", Shape.batch(3, 2)), 1), 4, 0));
    list.add(sample("extent", mul(extent(s, 0, 1), s), 3, 4));
    list.add(sample("extent alone", Node.of(new Extent(List.of(1)), s), 3, 4));
    list.add(rough("stop gradient", stopGradient(input("x", Shape.batch(3)))));
    list.add(
        rough(
            "scale gradient",
            scaleGradient(input("x", Shape.batch(3)), input("y", Shape.batch(3)))));
    list.add(
        sample("constant", mul(input("x", Shape.batch(3)), constant(Shape.of(3), 1, 2, 3)), 4, 0));
    list.add(sample("clamp", clamp(input("x", Shape.batch(3)), -0.3, 0.4), 4, 0));
    return list;
  }

  private static Node input(String name, Shape shape) {
    return Node.of(new Input(name, shape, Input.Noise.NONE));
  }

  private static Node parameterOrInput(String name, Shape shape) {
    return shape.isStatic()
        ? Node.of(new Parameter(name, shape, Init.ZEROS, Parameter.Role.WEIGHT))
        : input(name, shape);
  }

  private static Sample rough(String name, Node output) {
    Sample s = sample(name, output, 4, 0);
    return new Sample(s.name(), s.op(), s.output(), s.sizes(), s.values(), false);
  }

  private static Sample sample(String name, Node output, int batch, int length) {
    Graph graph = new Graph(Map.of("y", output));
    Map<String, Integer> sizes = Map.of("B", batch, "L", length);
    Map<String, int[]> shapes = new LinkedHashMap<>();
    Map<String, double[]> values = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || node.op() instanceof Parameter) {
        String leaf = node.op() instanceof Input i ? i.name() : ((Parameter) node.op()).name();
        int[] shape = node.shape().resolve(sizes);
        shapes.put(leaf, shape);
        values.put(leaf, random.doubles(node.shape().count().resolve(sizes), -1, 1).toArray());
      }
    }
    return new Sample(name, key(output.op()), output, shapes, values, true);
  }
}
