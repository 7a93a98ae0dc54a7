package dev.tandem.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A part along one axis.
 *
 * @param axis the axis, not negative
 * @param start first position; negative counts from the end
 * @param end position after the last; negative counts from the end; {@link #END} for all that
 *     remains
 */
public record Slice(int axis, long start, long end) implements Op {
  /** "To the end." */
  public static final long END = Long.MAX_VALUE;

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = inputs.get(0);
    Dim d = in.dim(axis);
    if (d.isStatic()) {
      long from = start < 0 ? start + d.size() : start;
      long to = end == END ? d.size() : end < 0 ? end + d.size() : end;
      if (from < 0 || to > d.size() || from >= to) {
        throw new IllegalArgumentException(
            "slice " + start + ":" + end + " of axis " + axis + " of " + in);
      }
      return in.with(axis, Dim.of(to - from));
    }
    if (start >= 0 && end != END && end > start) {
      return in.with(axis, Dim.of(end - start));
    }
    if (start < 0 && (end == END || end < 0)) {
      return in.with(axis, Dim.of((end == END ? 0 : end) - start));
    }
    return in.with(axis, d.plus((end == END ? 0 : end) - start));
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node x = node.input(0);
    List<Node> parts = new ArrayList<>();
    if (start != 0) {
      parts.add(Nodes.zerosLike(Nodes.slice(x, axis, 0, start)));
    }
    parts.add(g);
    boolean reachesEnd =
        end == END || (x.shape().dim(axis).isStatic() && end == x.shape().size(axis));
    if (!reachesEnd) {
      parts.add(Nodes.zerosLike(Nodes.slice(x, axis, end, END)));
    }
    into.accept(x, parts.size() == 1 ? g : Nodes.concat(axis, parts));
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.slice(this);
  }
}
