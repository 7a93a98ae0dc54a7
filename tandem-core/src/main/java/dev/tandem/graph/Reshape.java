package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/** The same numbers, in the same row-major order, under another shape. */
public record Reshape(Shape shape) implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    if (!inputs.get(0).count().equals(shape.count())) {
      throw new IllegalArgumentException("reshape of " + inputs.get(0) + " to " + shape);
    }
    return shape;
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(node.input(0), Nodes.reshape(g, node.input(0).shape()));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.reshape(this);
  }
}
