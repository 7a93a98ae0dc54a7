package dev.tandem.graph;

import static dev.tandem.graph.Nodes.flattenRows;
import static dev.tandem.graph.Nodes.matmul;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Matrix product over the last two dimensions, each operand transposed there first if asked. Both
 * operands have the same leading dimensions, or the right one is a plain matrix (and the left one
 * is not transposed then, unless it is one too).
 */
public record MatMul(boolean transA, boolean transB) implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    boolean plain = b.rank() == 2;
    boolean fits =
        a.rank() >= 2
            && b.rank() >= 2
            && (plain
                ? a.rank() == 2 || !transA
                : a.rank() == b.rank()
                    && a.dims().subList(0, a.rank() - 2).equals(b.dims().subList(0, b.rank() - 2)));
    if (!fits || !a.dim(transA ? -2 : -1).equals(b.dim(transB ? -1 : -2))) {
      throw new IllegalArgumentException(
          "matmul of " + a + (transA ? "ᵀ" : "") + " and " + b + (transB ? "ᵀ" : ""));
    }
    List<Dim> dims = new ArrayList<>(a.dims().subList(0, a.rank() - 2));
    dims.add(a.dim(transA ? -1 : -2));
    dims.add(b.dim(transB ? -2 : -1));
    return new Shape(dims);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node a = node.input(0);
    Node b = node.input(1);
    into.accept(a, transA ? matmul(b, g, transB, true) : matmul(g, b, false, !transB));
    boolean shared = b.shape().rank() == 2 && a.shape().rank() > 2;
    Node rows = shared ? flattenRows(a) : a;
    Node grad = shared ? flattenRows(g) : g;
    into.accept(b, transB ? matmul(grad, rows, true, transA) : matmul(rows, grad, !transA, false));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.matMul(this);
  }
}
