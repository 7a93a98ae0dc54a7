package dev.tandem.graph;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.reshape;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves factors that do not depend on any input into the weights of the matrix product beside them:
 * {@code (x ⊙ g) W} becomes {@code x (gᵀ ⊙ W)}, and {@code (x W) ⊙ g} becomes {@code x (W ⊙ g)}.
 * What they become depends on parameters alone and can then be folded.
 */
final class Scaling {
  private final Set<Node> fixed = new HashSet<>();
  private final Map<Node, Integer> uses = new HashMap<>();

  private Scaling() {}

  /** The graph with such factors inside weights; its results are the same up to rounding. */
  static Graph intoWeights(Graph graph) {
    Scaling scaling = new Scaling();
    graph.nodes().forEach(n -> n.inputs().forEach(i -> scaling.uses.merge(i, 1, Integer::sum)));
    graph.outputs().values().forEach(n -> scaling.uses.merge(n, 1, Integer::sum));
    return Rewrites.map(graph, scaling::rewrite);
  }

  private Node rewrite(Node original, List<Node> inputs) {
    Node node = Rewrites.over(original, inputs);
    if (node.op() instanceof MatMul product && isFixed(node.input(1))) {
      node = before(node, product);
    } else if (node.op() instanceof Binary binary && binary.kind() == Binary.Kind.MUL) {
      node = after(original, node);
    }
    boolean leaf = node.op() instanceof Parameter || node.op() instanceof Constant;
    if (leaf || (!node.inputs().isEmpty() && node.inputs().stream().allMatch(this::isFixed))) {
      fixed.add(node);
    }
    uses.put(node, uses.getOrDefault(original, 0));
    return node;
  }

  private boolean isFixed(Node node) {
    return fixed.contains(node);
  }

  /** New nodes over fixed ones are fixed too. */
  private Node mark(Node node) {
    fixed.add(node);
    node.inputs().forEach(fixed::add);
    return node;
  }

  private Node before(Node node, MatMul product) {
    Node left = node.input(0);
    boolean scaled = left.op() instanceof Binary b && b.kind() == Binary.Kind.MUL;
    if (!scaled || product.transA() || product.transB() || node.input(1).shape().rank() != 2) {
      return node;
    }
    for (int i = 0; i < 2; i++) {
      Node factor = left.input(i);
      Node x = left.input(1 - i);
      if (isFixed(factor) && !isFixed(x) && x.shape().equals(left.shape()) && isRow(factor)) {
        Shape column = Shape.of(factor.shape().count(), Dim.of(1));
        return matmul(x, mark(mul(mark(reshape(factor, column)), node.input(1))));
      }
    }
    return node;
  }

  private Node after(Node original, Node node) {
    for (int i = 0; i < 2; i++) {
      Node factor = node.input(i);
      Node x = node.input(1 - i);
      boolean once = uses.getOrDefault(original.input(1 - i), 0) == 1;
      if (once && isFixed(factor) && x.shape().equals(node.shape()) && isRow(factor)) {
        Node scaled = scaled(x, factor);
        if (scaled != x) {
          return scaled;
        }
      }
    }
    return node;
  }

  /** {@code x ⊙ factor} inside the weights of x, or x itself where that is not possible. */
  private Node scaled(Node x, Node factor) {
    Node row = mark(reshape(factor, Shape.of(factor.shape().count())));
    if (x.op() instanceof MatMul product
        && isFixed(x.input(1))
        && !isFixed(x.input(0))
        && x.input(1).shape().rank() == 2
        && !product.transB()) {
      Node weights = mark(mul(x.input(1), row));
      return matmul(x.input(0), weights, product.transA(), false);
    }
    if (x.op() instanceof Binary sum && sum.kind() == Binary.Kind.ADD && isFixed(x.input(1))) {
      Node product = x.input(0);
      Node bias = x.input(1);
      if (bias.shape().rank() <= 1 && uses.getOrDefault(product, 0) == 1) {
        Node inner = scaled(product, factor);
        return inner == product ? x : add(inner, mark(mul(bias, row)));
      }
    }
    return x;
  }

  /** One value, or one per column: [], [1], [n], [1,n], [1,1,n] … */
  private static boolean isRow(Node factor) {
    Shape shape = factor.shape();
    for (int i = 0; i < shape.rank() - 1; i++) {
      if (!shape.size1(i)) {
        return false;
      }
    }
    return shape.isStatic();
  }
}
