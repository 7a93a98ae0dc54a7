package dev.tandem.graph;

import static dev.tandem.graph.Nodes.sumTo;

import java.util.List;
import java.util.function.BiConsumer;

/** The first input stretched to the shape of the second, whose numbers do not matter. */
public record ExpandLike() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape to = inputs.get(1);
    if (!Shape.broadcast(inputs.get(0), to).equals(to)) {
      throw new IllegalArgumentException("expand of " + inputs.get(0) + " to " + to);
    }
    return to;
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(node.input(0), sumTo(g, node.input(0).shape()));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.expandLike(this);
  }
}
