package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Dimensions in another order: dimension {@code i} of the result is dimension {@code order[i]} of
 * the input.
 */
public record Transpose(List<Integer> order) implements Op {
  public Transpose {
    order = List.copyOf(order);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    if (!order.stream()
        .sorted()
        .toList()
        .equals(java.util.stream.IntStream.range(0, inputs.get(0).rank()).boxed().toList())) {
      throw new IllegalArgumentException("transpose of " + inputs.get(0) + " by " + order);
    }
    return new Shape(order.stream().map(inputs.get(0)::dim).toList());
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Integer[] inverse = new Integer[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    into.accept(node.input(0), Node.of(new Transpose(List.of(inverse)), g));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.transpose(this);
  }
}
