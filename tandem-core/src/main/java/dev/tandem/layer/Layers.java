package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.sub;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import java.util.List;

/** Functions that add the common blocks to a graph. */
public final class Layers {
  private Layers() {}

  /**
   * {@code xW + b}: parameters {@code W [in,out]}, {@code b [out]}; x of any rank, [.., in] → [..,
   * out].
   */
  public static Node dense(Scope scope, Node x, int units) {
    return add(linear(scope, x, units), scope.bias("b", units));
  }

  /** The same in the naming of the interaction models: parameters {@code W.l}, {@code b.l}. */
  public static Node dense(Scope scope, int l, Node x, int units) {
    Node w = scope.glorot("W." + l, x.width(), units);
    return add(matmul(x, w), scope.bias("b." + l, units));
  }

  /** {@code xW}: parameter {@code W [in,out]}. */
  public static Node linear(Scope scope, Node x, int units) {
    return matmul(x, scope.glorot("W", x.width(), units));
  }

  /** Weighted sum of experts: gate [B,E] over E nodes [B,H] → [B,H]. */
  public static Node mix(Node gate, List<Node> experts) {
    Node sum = mul(Nodes.slice(gate, -1, 0, 1), experts.get(0));
    for (int i = 1; i < experts.size(); i++) {
      sum = add(sum, mul(Nodes.slice(gate, -1, i, i + 1L), experts.get(i)));
    }
    return sum;
  }

  /**
   * Inverted dropout in training graphs: each element is kept with probability 1 - rate and scaled
   * by 1 / (1 - rate). The draws are inputs, so that a step stays a pure function.
   */
  public static Node dropout(Scope scope, Node x, double rate) {
    if (rate == 0 || !scope.training()) {
      return x;
    }
    Node kept = step(sub(scope.uniform("dropout", x.shape()), Nodes.scalar(rate)));
    return mul(x, scale(kept, 1 / (1 - rate)));
  }
}
