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
    Node x = node.input(0);
    Node centred = sub(x, mean(x, true, -1));
    Node sd = sqrt(add(mean(mul(centred, centred), true, -1), scalar(epsilon)));
    Node along = mul(node, mean(mul(g, node), true, -1));
    into.accept(x, div(sub(sub(g, mean(g, true, -1)), along), sd));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.normalise(this);
  }
}
