package dev.tandem.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gradients of parts, put together: where a value is read slice by slice, as gates are, its
 * gradient is one concatenation instead of a sum of slices padded with zeros. Mutable, not
 * thread-safe.
 */
final class SlicedGradients {
  /** The gradient of positions [start, end) of an axis. */
  private record Part(int axis, long start, long end, Node gradient) {}

  private final Map<Node, List<Part>> parts = new HashMap<>();

  /** Keeps the gradient of a slice, if its place is known by numbers. */
  boolean take(Node node, Node gradient) {
    if (!(node.op() instanceof Slice slice)
        || slice.start() < 0
        || !node.input(0).shape().dim(slice.axis()).isStatic()) {
      return false;
    }
    long size = node.input(0).shape().size(slice.axis());
    long end = slice.end() == Slice.END ? size : slice.end();
    if (end < 0) {
      return false;
    }
    parts
        .computeIfAbsent(node.input(0), k -> new ArrayList<>())
        .add(new Part(slice.axis(), slice.start(), end, gradient));
    return true;
  }

  /** The gradient that {@code x} has from its slices; its parts are then forgotten. */
  Optional<Node> of(Node x) {
    List<Part> left = parts.remove(x);
    if (left == null) {
      return Optional.empty();
    }
    left.sort(Comparator.comparingInt(Part::axis).thenComparingLong(Part::start));
    List<Node> sum = new ArrayList<>();
    while (!left.isEmpty()) {
      sum.add(whole(x, disjoint(left)));
    }
    return Optional.of(Nodes.add(sum));
  }

  /** Takes parts of one axis out of {@code left} that do not overlap, in order. */
  private static List<Part> disjoint(List<Part> left) {
    List<Part> taken = new ArrayList<>();
    long end = 0;
    for (Part part : left) {
      if (part.axis() == left.get(0).axis() && part.start() >= end) {
        taken.add(part);
        end = part.end();
      }
    }
    taken.forEach(left::remove); // one by one: the same part may be there twice
    return taken;
  }

  /** Parts side by side, with zeros between them. */
  private static Node whole(Node x, List<Part> row) {
    int axis = row.get(0).axis();
    List<Node> pieces = new ArrayList<>();
    long at = 0;
    for (Part part : row) {
      zeros(x, axis, at, part.start(), pieces);
      pieces.add(part.gradient());
      at = part.end();
    }
    zeros(x, axis, at, x.shape().size(axis), pieces);
    return Nodes.concat(axis, pieces);
  }

  private static void zeros(Node x, int axis, long from, long to, List<Node> pieces) {
    if (from < to) {
      pieces.add(Nodes.zerosLike(Nodes.slice(x, axis, from, to)));
    }
  }
}
