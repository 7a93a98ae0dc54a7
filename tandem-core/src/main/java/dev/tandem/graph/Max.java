package dev.tandem.graph;

import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.equal;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.sum;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Maximum over one axis (not negative), which stays as a dimension of 1. Ties share the gradient
 * equally.
 */
public record Max(int axis) implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0).with(axis, Dim.of(1));
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node hit = equal(node.input(0), node);
    into.accept(node.input(0), mul(hit, div(g, sum(hit, true, axis))));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.max(this);
  }
}
