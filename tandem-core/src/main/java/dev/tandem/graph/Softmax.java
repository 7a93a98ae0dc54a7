package dev.tandem.graph;

import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
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
    into.accept(node.input(0), mul(node, sub(g, along(node, g))));
  }

  /**
   * Σ_j g_ij a_ij. Where the weights a were used in a product a·V, g is dO·Vᵀ and the sum is that
   * of dO ⊙ (a·V), which is there already and narrower: two passes less over the widest arrays of
   * an attention (Dao et al., FlashAttention, 2022, section B.2).
   */
  private static Node along(Node node, Node g) {
    if (g.op() instanceof MatMul product
        && !product.transA()
        && g.shape().rank() > 2
        && g.input(1).shape().rank() == g.shape().rank()) {
      Node used = matmul(node, g.input(1), false, !product.transB());
      return sum(mul(g.input(0), used), true, -1);
    }
    return sum(mul(g, node), true, -1);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.softmax(this);
  }
}
