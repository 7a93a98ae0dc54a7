package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/** Values side by side along {@code axis} (not negative); at most one of them is symbolic there. */
public record Concat(int axis) implements Op {

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape first = inputs.get(0);
    long fixed = 0;
    Dim symbolic = Dim.of(0);
    for (Shape s : inputs) {
      if (s.rank() != first.rank()
          || !s.with(axis, Dim.of(1)).equals(first.with(axis, Dim.of(1)))) {
        throw new IllegalArgumentException("concat along axis " + axis + " of " + inputs);
      }
      if (s.dim(axis).isStatic()) {
        fixed += s.size(axis);
      } else if (symbolic.isStatic()) {
        symbolic = s.dim(axis);
      } else {
        throw new IllegalArgumentException("concat of two symbolic dimensions: " + inputs);
      }
    }
    return first.with(axis, symbolic.isStatic() ? Dim.of(fixed) : symbolic.plus(fixed));
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    int last = node.inputs().size() - 1;
    long start = 0;
    int i = 0;
    for (; i <= last && node.input(i).shape().dim(axis).isStatic(); i++) {
      int size = node.input(i).shape().size(axis);
      into.accept(node.input(i), Nodes.slice(g, axis, start, start + size));
      start += size;
    }
    // what stands behind a symbolic part is counted from the end
    long end = Slice.END;
    for (int j = last; j > i; j--) {
      int size = node.input(j).shape().size(axis);
      into.accept(node.input(j), Nodes.slice(g, axis, (end == Slice.END ? 0 : end) - size, end));
      end = (end == Slice.END ? 0 : end) - size;
    }
    if (i <= last) {
      into.accept(node.input(i), Nodes.slice(g, axis, start, end));
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.concat(this);
  }
}
