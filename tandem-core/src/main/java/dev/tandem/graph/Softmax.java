package dev.tandem.graph;

import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import java.util.List;
import java.util.function.BiConsumer;

/** Softmax over the last dimension, computed after subtracting the row's maximum. */
public record Softmax() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(
        node.input(0),
        mul(node, isProduct(g) ? deviations(node, g) : centred(node, centred(node, g))));
  }

  /**
   * g_i - Σ_j g_j a_j. Done twice, which changes nothing but the rounding: where one weight is near
   * 1, what is left of its g is small, and the first mean's last digit is not.
   */
  private static Node centred(Node node, Node g) {
    return sub(g, sum(mul(g, node), true, -1));
  }

  private static boolean isProduct(Node g) {
    return g.op() instanceof MatMul product
        && !product.transA()
        && g.shape().rank() > 2
        && g.input(1).shape().rank() == g.shape().rank();
  }

  /**
   * g_ij - Σ_j g_ij a_ij for weights a that were used in a product a·V, so that g is dO·Vᵀ. The sum
   * is that of dO ⊙ (a·V), which is there already and narrower (Dao et al., FlashAttention, 2022,
   * section B.2); as one more column of dO that meets a column of ones in V it is subtracted by the
   * product itself: three passes less over the widest arrays of an attention.
   */
  private static Node deviations(Node node, Node g) {
    boolean turned = ((MatMul) g.op()).transB();
    Node out = g.input(0);
    Node v = g.input(1);
    Node sums = sum(mul(out, matmul(node, v, false, !turned)), true, -1);
    int axis = v.shape().rank() - (turned ? 1 : 2);
    Node ones = Nodes.expandLike(Nodes.scalar(1), Nodes.slice(v, axis, 0, 1));
    return matmul(
        Nodes.concat(out, neg(sums)), Nodes.concat(axis, List.of(v, ones)), false, turned);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.softmax(this);
  }
}
