package dev.tandem.graph;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reverse-mode differentiation as a function from graph to graph. */
public final class Gradients {
  private Gradients() {}

  /**
   * The gradient of a scalar with respect to some nodes.
   *
   * @param loss a node of rank 0
   * @param wrt any nodes
   * @return for each of {@code wrt} its gradient, of its shape; zeros where the loss does not
   *     depend on it
   */
  public static Map<Node, Node> of(Node loss, Collection<Node> wrt) {
    if (loss.shape().rank() != 0) {
      throw new IllegalArgumentException(
          "the gradient of " + loss.shape() + ", which is not a scalar");
    }
    List<Node> order = Graph.order(List.of(loss));
    Set<Node> relevant = dependants(order, wrt);
    Map<Node, Node> gradients = new HashMap<>();
    SlicedGradients slices = new SlicedGradients();
    if (relevant.contains(loss)) {
      gradients.put(loss, Nodes.scalar(1));
    }
    for (int i = order.size() - 1; i >= 0; i--) {
      Node node = order.get(i);
      slices.of(node).ifPresent(part -> gradients.merge(node, part, Nodes::add));
      Node g = gradients.get(node);
      if (g != null && relevant.contains(node) && !slices.take(node, g)) {
        node.op()
            .gradient(
                node,
                g,
                (input, part) -> {
                  if (relevant.contains(input)) {
                    gradients.merge(input, part, Nodes::add);
                  }
                });
      }
    }
    Map<Node, Node> result = new HashMap<>();
    for (Node node : wrt) {
      Node g = gradients.get(node);
      result.put(node, g == null ? Nodes.zerosLike(node) : g);
    }
    return result;
  }

  /**
   * The nodes through which any of {@code wrt} reaches the end of {@code order}; others need no
   * gradient.
   */
  private static Set<Node> dependants(List<Node> order, Collection<Node> wrt) {
    Set<Node> relevant = new HashSet<>();
    relevant.addAll(wrt);
    for (Node node : order) {
      if (node.inputs().stream().anyMatch(relevant::contains)) {
        relevant.add(node);
      }
    }
    return relevant;
  }
}
