package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;

/**
 * A block that lets features interact. It serves in three places: as an expert or shared bottom it
 * gives a vector, as a model of its own it gives its paper's logit. Implementations are records
 * whose components are the hyper-parameters.
 */
public interface Interaction {
  /**
   * x → [B,h]: what stands before the block's own output unit, its logit terms as further columns.
   */
  Node build(Scope scope, Features x);

  /** x → [B,1], the paper's logit; parameters {@code head.W}, {@code head.b}. */
  default Node logit(Scope scope, Features x) {
    return Nodes.add(output(scope, "head.W", build(scope, x)), scope.at("head").bias("b", 1));
  }

  /** {@code h · W} with W [h,1] under the given name. */
  static Node output(Scope scope, String name, Node h) {
    return Nodes.matmul(h, scope.glorot(name, h.width(), 1));
  }

  /**
   * The sum of the first-order weights, [B,1]; {@code who} asks, for the message when there are
   * none.
   */
  static Node firstOrder(Features x, String who) {
    return Nodes.sum(
        x.linear()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        who + " has first-order weights and needs at least one embedded feature")),
        true,
        -1);
  }

  /** The global bias {@code w0 [1]}. */
  static Node globalBias(Scope scope) {
    return scope.bias("w0", 1);
  }
}
