package dev.tandem.layer;

import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.transpose;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Node;
import dev.tandem.graph.Shape;

/** The arithmetic of multi-head attention over given queries, keys and values. */
public final class SelfAttention {
  private SelfAttention() {}

  /**
   * Per head {@code softmax(Q Kᵀ · factor) V}, heads side by side.
   *
   * @param q queries [B,N,W]
   * @param k keys [B,M,W]
   * @param v values [B,M,W]
   * @param heads number of heads, a divisor of W
   * @param scaled whether the scores are divided by the root of the head's width
   * @return [B,N,W]
   */
  public static Node attend(Node q, Node k, Node v, int heads, boolean scaled) {
    // the queries are narrower than the scores
    Node asked = scaled ? scale(q, 1 / Math.sqrt((double) q.width() / heads)) : q;
    Node weights = softmax(scores(asked, k, heads)); // [B,h,N,M]
    return mixed(weights, v, heads);
  }

  /**
   * Each head's products of queries and keys.
   *
   * @param q queries [B,N,W]
   * @param k keys [B,M,W]
   * @return [B,h,N,M]
   */
  static Node scores(Node q, Node k, int heads) {
    return matmul(turned(q, heads), turned(k, heads), true, false);
  }

  /**
   * Each head's mixture of values, heads side by side.
   *
   * @param weights [B,h,N,M]
   * @param v values [B,M,W]
   * @return [B,N,W]
   */
  static Node mixed(Node weights, Node v, int heads) {
    Node mixed = matmul(turned(v, heads), weights, false, true); // [B,h,W/h,N]
    Shape s = mixed.shape();
    Node side = transpose(mixed, 0, 3, 1, 2); // [B,N,h,W/h]
    return reshape(side, Shape.of(s.dim(0), s.dim(3), s.dim(1).times(s.dim(2))));
  }

  /**
   * [B,N,W] → [B,h,W/h,N]. With the positions last, taking the heads apart turns one matrix per
   * row, which costs a fraction of moving a few numbers at a time, and the products have wide rows.
   */
  private static Node turned(Node x, int heads) {
    int width = x.width();
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads: %d heads do not divide the width %d; allowed: a divisor of %d"
              .formatted(heads, width, width));
    }
    Shape s = x.shape();
    Shape apart = Shape.of(s.dim(0), s.dim(1), Dim.of(heads), Dim.of(width / heads));
    return transpose(reshape(x, apart), 0, 2, 3, 1);
  }
}
