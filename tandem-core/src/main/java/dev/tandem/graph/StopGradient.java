package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/** The value passes, the gradient does not. */
public record StopGradient() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    // that is the point
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.stopGradient(this);
  }
}
