package dev.tandem.graph;

import static dev.tandem.graph.Nodes.constant;
import static dev.tandem.graph.Nodes.select;
import static dev.tandem.graph.Nodes.sumTo;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code condition > 0 ? a : b}, element-wise with broadcasting; inputs in that order. What is not
 * chosen never touches the result, be it infinite or NaN.
 */
public record Select() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return Shape.broadcast(inputs.get(0), Shape.broadcast(inputs.get(1), inputs.get(2)));
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node zero = constant(0);
    into.accept(node.input(1), sumTo(select(node.input(0), g, zero), node.input(1).shape()));
    into.accept(node.input(2), sumTo(select(node.input(0), zero, g), node.input(2).shape()));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.select(this);
  }
}
