package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Fixed numbers.
 *
 * @param shape static shape
 * @param values row-major
 */
public record Constant(Shape shape, List<Double> values) implements Op {
  public Constant {
    values = List.copyOf(values);
    if (shape.count().size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " values for shape " + shape);
    }
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return shape;
  }

  @Override
  public void gradient(Node node, Node gradient, BiConsumer<Node, Node> into) {
    // a leaf
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.constant(this);
  }
}
