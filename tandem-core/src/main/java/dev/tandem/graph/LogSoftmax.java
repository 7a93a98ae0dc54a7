package dev.tandem.graph;

import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import java.util.List;
import java.util.function.BiConsumer;

/** Logarithm of the softmax over the last dimension, without leaving the log domain. */
public record LogSoftmax() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(node.input(0), sub(g, mul(softmax(node.input(0)), sum(g, true, -1))));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.logSoftmax(this);
  }
}
