package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The number of positions along some axes (not negative) of the input, as a scalar: the divisor of
 * a mean.
 */
public record Extent(List<Integer> axes) implements Op {
  public Extent {
    axes = List.copyOf(axes);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return Shape.SCALAR;
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    // a shape has no gradient
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.extent(this);
  }
}
