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
    int width = q.width();
    // the queries are narrower than the scores
    Node asked = scaled ? scale(q, 1 / Math.sqrt((double) width / heads)) : q;
    Node scores = matmul(split(asked, heads), split(k, heads), false, true); // [B,h,N,M]
    return join(matmul(softmax(scores), split(v, heads)));
  }

  /** [B,N,W] → [B,h,N,W/h]. */
  public static Node split(Node x, int heads) {
    int width = x.width();
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads: %d heads do not divide the width %d; allowed: a divisor of %d"
              .formatted(heads, width, width));
    }
    Shape s = x.shape();
    Shape apart = Shape.of(s.dim(0), s.dim(1), Dim.of(heads), Dim.of(width / heads));
    return transpose(reshape(x, apart), 0, 2, 1, 3);
  }

  /** [B,h,N,w] → [B,N,h·w]. */
  public static Node join(Node x) {
    Shape s = x.shape();
    return reshape(
        transpose(x, 0, 2, 1, 3), Shape.of(s.dim(0), s.dim(2), s.dim(1).times(s.dim(3))));
  }
}
