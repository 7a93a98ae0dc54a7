package dev.tandem.graph;

import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.sumTo;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The first input unchanged, bit for bit; its gradient is multiplied element-wise by the second
 * input, which is plain data and gets no gradient (the virtual gradient of DEPHN, eq. 8).
 */
public record ScaleGradient() implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    if (!Shape.broadcast(inputs.get(0), inputs.get(1)).equals(inputs.get(0))) {
      throw new IllegalArgumentException(
          "gradient scale " + inputs.get(1) + " for " + inputs.get(0));
    }
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    into.accept(node.input(0), sumTo(mul(g, node.input(1)), node.input(0).shape()));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.scaleGradient(this);
  }
}
