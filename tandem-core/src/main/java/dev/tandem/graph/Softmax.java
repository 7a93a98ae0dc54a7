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

  /** Whether g is a product of two computed matrices, of which the left one is not the shorter. */
  private static boolean isProduct(Node g) {
    if (!(g.op() instanceof MatMul product)
        || g.shape().rank() < 3
        || g.input(1).shape().rank() != g.shape().rank()
        || (product.transA() && product.transB())) {
      return false;
    }
    Dim rows = g.shape().dim(-2);
    Dim inner = g.input(0).shape().dim(product.transA() ? -2 : -1);
    return !rows.isStatic() || !inner.isStatic() || rows.size() >= inner.size();
  }

  /**
   * g_ij - Σ_j g_ij a_ij for weights a that were used in a product a·V, so that g is dO·Vᵀ. The sum
   * is that of dO ⊙ (a·V), which is there already and narrower (Dao et al., FlashAttention, 2022,
   * section B.2); as one more column of dO that meets a column of ones in V it is subtracted by the
   * product itself: three passes less over the widest arrays of an attention. With few queries
   * there is nothing wide to pass over.
   */
  private static Node deviations(Node node, Node g) {
    MatMul op = (MatMul) g.op();
    Node out = g.input(0); // dO [.., N, w], or its transpose
    Node v = g.input(1); // V [.., M, w], or its transpose
    int vAxis = op.transB() ? -1 : -2;
    int outAxis = op.transA() ? -2 : -1;
    Node mixed = op.transA() ? matmul(v, node, false, true) : matmul(node, v, false, !op.transB());
    Node sums = sum(mul(out, mixed), true, outAxis);
    Node ones = Nodes.expandLike(Nodes.scalar(1), Nodes.slice(v, vAxis, 0, 1));
    return matmul(
        Nodes.concat(outAxis, List.of(out, neg(sums))),
        Nodes.concat(vAxis, List.of(v, ones)),
        op.transA(),
        op.transB());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.softmax(this);
  }
}
