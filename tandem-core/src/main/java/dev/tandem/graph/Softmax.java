package dev.tandem.graph;

import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import java.util.List;
import java.util.function.BiConsumer;

/** Softmax over the last dimension, computed after subtracting the row's maximum. */
public record Softmax() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(node.input(0), mul(node, sub(g, sum(mul(g, node), true, -1))));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.softmax(this);
  }
}
