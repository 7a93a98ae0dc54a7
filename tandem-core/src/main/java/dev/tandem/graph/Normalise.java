package dev.tandem.graph;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.sqrt;
import static dev.tandem.graph.Nodes.sub;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The core of layer normalisation: (x - mean) / sqrt(var + epsilon) over the last dimension, biased
 * variance; scale and shift are ordinary operators after it.
 */
public record Normalise(double epsilon) implements Op {
  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node across = sub(g, mean(g, true, -1)); // before it meets the output: less to cancel
    Node along = mul(node, mean(mul(across, node), true, -1));
    Node x = node.input(0);
    into.accept(x, div(sub(across, along), deviation(centred(x))));
  }

  private static Node centred(Node x) {
    return sub(x, mean(x, true, -1));
  }

  private Node deviation(Node centred) {
    return sqrt(add(mean(mul(centred, centred), true, -1), scalar(epsilon)));
  }

  /** The same over x, in the steps that the gradient shares with it. */
  Node inSteps(Node x) {
    Node centred = centred(x);
    return div(centred, deviation(centred));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.normalise(this);
  }
}
