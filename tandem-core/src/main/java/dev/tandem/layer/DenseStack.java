package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.mul;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import java.util.List;

/**
 * Dense layers in the naming of the interaction models: parameters {@code W.l [in,out]}, {@code b.l
 * [out]}, and {@code beta.l} where a trainable skip links equal widths.
 *
 * @param units width of each layer
 * @param last activation of the last layer; the others are ReLU
 * @param skip whether layers but the last, of equal input and output width, add {@code beta · x}
 */
public record DenseStack(List<Integer> units, Activation last, boolean skip) {

  /** [B,in] → [B, last unit]; x itself if there are no layers. */
  public Node build(Scope scope, Node x) {
    Node h = x;
    for (int l = 0; l < units.size(); l++) {
      boolean hidden = l < units.size() - 1;
      Node next = Layers.dense(scope, l, h, units.get(l));
      next = (hidden ? Activation.RELU : last).apply(next);
      if (skip && hidden && h.width() == next.width()) {
        next = add(next, mul(scope.parameter("beta." + l, Init.ONES, Role.BIAS, 1), h));
      }
      h = next;
    }
    return h;
  }
}
