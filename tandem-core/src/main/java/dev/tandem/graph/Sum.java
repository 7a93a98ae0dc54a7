package dev.tandem.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Sum over some axes.
 *
 * @param axes the axes, not negative, ascending
 * @param keep whether they stay as dimensions of 1
 */
public record Sum(List<Integer> axes, boolean keep) implements Op {
  public Sum {
    axes = axes.stream().sorted().toList();
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return reduced(inputs.get(0), axes, keep);
  }

  static Shape reduced(Shape in, List<Integer> axes, boolean keep) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < in.rank(); i++) {
      if (!axes.contains(i)) {
        dims.add(in.dim(i));
      } else if (keep) {
        dims.add(Dim.of(1));
      }
    }
    return new Shape(dims);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node x = node.input(0);
    Node kept = keep ? g : Nodes.reshape(g, reduced(x.shape(), axes, true));
    into.accept(x, Node.of(new ExpandLike(), kept, x));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.sum(this);
  }
}
