package dev.tandem.graph;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.constant;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.sqrt;
import static dev.tandem.graph.Nodes.sub;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The core of layer normalisation: (x - mean) / sqrt(var + epsilon) over the last dimension, biased
 * variance; scale and shift are ordinary operators after it.
 */
public record Normalise(double epsilon) implements Op {
  private static final int NARROW = 64;

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node x = node.input(0);
    Node centred = sub(x, rowMean(x));
    Node sd = sqrt(add(rowMean(mul(centred, centred)), scalar(epsilon)));
    Node across = sub(g, rowMean(g)); // before it is compared with the output: less to cancel
    Node along = mul(node, rowMean(mul(across, node)));
    into.accept(x, div(sub(across, along), sd));
  }

  /**
   * The mean over the last dimension in every place of it. Over few columns a product with a matrix
   * of 1/d is much faster than a reduction and a broadcast, row by row.
   */
  private static Node rowMean(Node x) {
    int d = x.width();
    if (d > NARROW || x.shape().rank() < 2) {
      return mean(x, true, -1);
    }
    double[] share = new double[d * d];
    Arrays.fill(share, 1.0 / d);
    return matmul(x, constant(Shape.of(d, d), share));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.normalise(this);
  }
}
