package dev.tandem.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Pure functions from graph to graph that leave every result as it was. */
public final class Rewrites {
  private Rewrites() {}

  /**
   * Rebuilds a graph bottom-up; {@code rule} sees each node with its rebuilt operands and returns
   * its replacement.
   */
  public static Graph map(Graph graph, BiFunction<Node, List<Node>, Node> rule) {
    Map<Node, Node> built = new HashMap<>();
    for (Node node : graph.nodes()) {
      built.put(node, rule.apply(node, node.inputs().stream().map(built::get).toList()));
    }
    Map<String, Node> outputs = new LinkedHashMap<>();
    graph.outputs().forEach((name, node) -> outputs.put(name, built.get(node)));
    return new Graph(outputs);
  }

  /** The same node over other operands; the node itself if they are its own. */
  static Node over(Node node, List<Node> inputs) {
    boolean same = true;
    for (int i = 0; i < inputs.size(); i++) {
      same &= inputs.get(i) == node.input(i);
    }
    return same ? node : Node.of(node.op(), inputs);
  }

  private record Key(Op op, List<Integer> inputs) {}

  /**
   * What is computed twice is computed once; multiplications by one, additions of zero and the like
   * disappear.
   */
  public static Graph simplify(Graph graph) {
    Map<Key, Node> known = new HashMap<>();
    Map<Node, Integer> ids = new HashMap<>();
    return map(
        graph,
        (node, inputs) -> {
          Node small = identities(over(node, inputs));
          Key key = new Key(small.op(), small.inputs().stream().map(ids::get).toList());
          Node first = known.computeIfAbsent(key, k -> small);
          ids.putIfAbsent(first, ids.size());
          return first;
        });
  }

  private static Node identities(Node node) {
    if (node.op() instanceof Binary binary) {
      Node a = node.input(0);
      Node b = node.input(1);
      boolean keepsA = node.shape().equals(a.shape());
      boolean keepsB = node.shape().equals(b.shape());
      return switch (binary.kind()) {
        case ADD -> keepsA && is(b, 0) ? a : keepsB && is(a, 0) ? b : node;
        case SUB -> keepsA && is(b, 0) ? a : node;
        case MUL -> keepsA && is(b, 1) ? a : keepsB && is(a, 1) ? b : node;
        case DIV -> keepsA && is(b, 1) ? a : node;
        case EQUAL -> node;
      };
    }
    if (node.op() instanceof Concat concat) {
      return joined(node, concat.axis());
    }
    if (node.op() instanceof Reshape && node.input(0).op() instanceof Reshape) {
      return Nodes.reshape(node.input(0).input(0), node.shape());
    }
    if (node.op() instanceof Reshape && node.shape().equals(node.input(0).shape())) {
      return node.input(0);
    }
    return node;
  }

  /** Slices of one value that stood side by side in it are one slice, or the value itself. */
  private static Node joined(Node node, int axis) {
    List<Node> parts = new ArrayList<>();
    for (Node part : node.inputs()) {
      int last = parts.size() - 1;
      if (last >= 0 && isSlice(parts.get(last), axis) && isSlice(part, axis)) {
        Slice left = (Slice) parts.get(last).op();
        Slice right = (Slice) part.op();
        if (left.end() == right.start() && parts.get(last).input(0).equals(part.input(0))) {
          parts.set(last, Nodes.slice(part.input(0), axis, left.start(), right.end()));
          continue;
        }
      }
      parts.add(part);
    }
    return parts.size() == node.inputs().size() ? node : Nodes.concat(axis, parts);
  }

  /** A slice between positions counted from the beginning. */
  private static boolean isSlice(Node node, int axis) {
    return node.op() instanceof Slice slice && slice.axis() == axis && slice.start() >= 0;
  }

  private static boolean is(Node node, double value) {
    return node.op() instanceof Constant c && c.values().stream().allMatch(v -> v == value);
  }

  /**
   * For a training graph: the gradients of several weights that multiply the same rows read one
   * transposition of those rows. A product whose left operand lies transposed in memory is an
   * eighth to a third slower than one that need not turn it again.
   */
  public static Graph sharedTranspositions(Graph graph) {
    Map<Node, Integer> uses = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (turnsRows(node)) {
        uses.merge(node.input(0), 1, Integer::sum);
      }
    }
    return map(
        graph,
        (node, inputs) ->
            turnsRows(node) && uses.getOrDefault(node.input(0), 0) > 1
                ? Nodes.matmul(
                    Nodes.transpose(inputs.get(0), 1, 0),
                    inputs.get(1),
                    false,
                    ((MatMul) node.op()).transB())
                : over(node, inputs));
  }

  private static boolean turnsRows(Node node) {
    return node.op() instanceof MatMul product
        && product.transA()
        && node.input(0).shape().rank() == 2
        && !(node.input(0).op() instanceof Parameter);
  }

  /**
   * For a training graph: normalisations in the steps that their gradients share with them, to be
   * computed once.
   */
  public static Graph normalisedInSteps(Graph graph) {
    return map(
        graph,
        (node, inputs) ->
            node.op() instanceof Normalise op ? op.inSteps(inputs.get(0)) : over(node, inputs));
  }

  /** For a scoring graph: what only shapes gradients passes its value on. */
  public static Graph withoutGradientMarks(Graph graph) {
    return map(
        graph,
        (node, inputs) ->
            node.op() instanceof StopGradient || node.op() instanceof ScaleGradient
                ? inputs.get(0)
                : over(node, inputs));
  }

  /**
   * For a scoring graph: factors that depend on parameters alone move into the weights of the
   * matrix product beside them. The results are the same up to rounding.
   */
  public static Graph scaledWeights(Graph graph) {
    return Scaling.intoWeights(graph);
  }
}
