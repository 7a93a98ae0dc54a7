package dev.tandem.scoring;

import dev.tandem.graph.Binary;
import dev.tandem.graph.Constant;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A scoring graph in which nothing is left that does not depend on a row: every such part became a
 * parameter {@code folded.n} or a constant, what only shapes gradients is gone, connections of
 * weight 0 are cut.
 *
 * @param graph the graph
 * @param parameters the value of every parameter that it still has
 */
public record Folded(Graph graph, Map<String, Tensor> parameters) {
  /** Constants of at most this many numbers stay in the graph itself. */
  private static final int SMALL = 1;

  public Folded {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Folds a graph; its results stay the same up to rounding.
   *
   * @param parameters a value for every parameter
   */
  public static Folded of(Graph scoring, Map<String, Tensor> parameters) {
    Graph clean = Rewrites.simplify(Rewrites.withoutGradientMarks(scoring));
    Folded values = constants(Rewrites.scaledWeights(clean), parameters);
    Graph cut = Rewrites.simplify(withoutZeros(Rewrites.simplify(values.graph)));
    return constants(cut, values.parameters);
  }

  /** {@link #of} in single precision. */
  public static Folded ofFloats(Graph scoring, Map<String, float[]> parameters) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (Parameter p : scoring.parameters()) {
      float[] values = parameters.get(p.name());
      if (values == null) {
        throw new IllegalArgumentException("no value for parameter " + p.name());
      }
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      tensors.put(p.name(), new Tensor(wide, p.shape().resolve(Map.of())));
    }
    return of(scoring, tensors);
  }

  /** The parameters in single precision, row-major. */
  public Map<String, float[]> floats() {
    Map<String, float[]> floats = new LinkedHashMap<>();
    for (Parameter p : graph.parameters()) {
      double[] values = tensor(p.name()).data();
      float[] narrow = new float[values.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (float) values[i];
      }
      floats.put(p.name(), narrow);
    }
    return floats;
  }

  private Tensor tensor(String parameter) {
    Tensor value = parameters.get(parameter);
    if (value == null) {
      throw new IllegalArgumentException("no value for parameter " + parameter);
    }
    return value;
  }

  /** Evaluates what depends on parameters and constants alone. */
  private static Folded constants(Graph graph, Map<String, Tensor> parameters) {
    Set<Node> fixed = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Input) && fixed.containsAll(node.inputs())) {
        fixed.add(node);
      }
    }
    Set<Node> frontier = frontier(graph, fixed);
    Map<String, Node> wanted = new LinkedHashMap<>();
    int n = 0;
    for (Node node : graph.nodes()) {
      if (frontier.contains(node)) {
        wanted.put(
            node.op() instanceof Parameter p ? p.name() : fresh(parameters.keySet(), n++), node);
      }
    }
    Map<String, Tensor> values = Reference.run(new Graph(wanted), parameters);
    Map<Node, Node> leaves = new HashMap<>();
    Map<String, Tensor> kept = new HashMap<>();
    for (Map.Entry<String, Node> leaf : wanted.entrySet()) {
      Tensor value = values.get(leaf.getKey());
      if (value == null) {
        throw new IllegalStateException("no value for " + leaf.getKey());
      }
      leaves.put(leaf.getValue(), leaf(leaf.getKey(), leaf.getValue(), value, kept));
    }
    return new Folded(
        Rewrites.map(
            graph,
            (node, inputs) ->
                leaves.containsKey(node)
                    ? leaves.get(node)
                    : inputs.equals(node.inputs()) || fixed.contains(node)
                        ? node
                        : Node.of(node.op(), inputs)),
        kept);
  }

  /** What is fixed and read by something that is not, or a result. */
  private static Set<Node> frontier(Graph graph, Set<Node> fixed) {
    Set<Node> frontier = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (!fixed.contains(node)) {
        node.inputs().stream().filter(fixed::contains).forEach(frontier::add);
      }
    }
    graph.outputs().values().stream().filter(fixed::contains).forEach(frontier::add);
    return frontier;
  }

  private static String fresh(Set<String> taken, int n) {
    String name = "folded." + n;
    while (taken.contains(name)) {
      name = "folded." + name.substring("folded.".length()) + "x";
    }
    return name;
  }

  private static Node leaf(String name, Node node, Tensor value, Map<String, Tensor> kept) {
    boolean same = Arrays.stream(value.data()).allMatch(v -> v == value.data()[0]);
    if (value.data().length > 0 && same && (value.data().length <= SMALL || value.data()[0] == 0)) {
      List<Double> numbers = new ArrayList<>();
      Arrays.stream(value.data()).forEach(numbers::add);
      return Node.of(new Constant(node.shape(), numbers));
    }
    kept.put(name, value);
    return node.op() instanceof Parameter
        ? node
        : Node.of(new Parameter(name, node.shape(), Init.ZEROS, Parameter.Role.WEIGHT));
  }

  /**
   * Cuts what is multiplied by zero out of the sums that it is part of. A sum of which nothing is
   * left is zeros of its own, so that nothing below it is computed.
   */
  private static Graph withoutZeros(Graph graph) {
    Optional<Node> rows =
        graph.nodes().stream()
            .filter(n -> n.op() instanceof Input && isRows(n.shape()))
            .findFirst();
    Set<Node> zeros = new HashSet<>();
    return Rewrites.map(
        graph,
        (node, inputs) -> {
          Node next = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs);
          if (next.op() instanceof Binary binary) {
            Node a = next.input(0);
            Node b = next.input(1);
            boolean sums = binary.kind() == Binary.Kind.ADD || binary.kind() == Binary.Kind.SUB;
            if (sums && zeros.contains(b) && a.shape().equals(next.shape())) {
              return a;
            }
            boolean adds = binary.kind() == Binary.Kind.ADD;
            if (adds && zeros.contains(a) && b.shape().equals(next.shape())) {
              return b;
            }
          }
          if (!isZero(next, zeros)) {
            return next;
          }
          Node zero =
              isRows(next.shape()) ? rows.map(r -> zeros(r, next.width())).orElse(next) : next;
          zeros.add(zero);
          return zero;
        });
  }

  private static boolean isZero(Node node, Set<Node> zeros) {
    if (node.op() instanceof Constant c) {
      return c.values().stream().allMatch(v -> v == 0);
    } else if (node.op() instanceof MatMul) {
      return node.inputs().stream().anyMatch(zeros::contains);
    } else if (node.op() instanceof Binary binary) {
      boolean a = zeros.contains(node.input(0));
      boolean b = zeros.contains(node.input(1));
      return switch (binary.kind()) {
        case MUL -> a || b;
        case DIV -> a && !b;
        case ADD, SUB -> a && b;
        case EQUAL -> false; // compares, whatever the values
      };
    }
    return false;
  }

  private static boolean isRows(Shape shape) {
    return shape.rank() == 2 && shape.dim(0).equals(Dim.BATCH) && shape.dim(1).isStatic();
  }

  /** Zeros [B,width] for as many rows as an input has. */
  private static Node zeros(Node rows, int width) {
    Node column = Nodes.expandLike(Nodes.scalar(0), Nodes.slice(rows, -1, 0, 1));
    return Nodes.add(column, Nodes.constant(Shape.of(width), new double[width]));
  }
}
