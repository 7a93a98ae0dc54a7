package dev.tandem.model;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A graph with a value for every leaf, on the reference interpreter. Parameters start as the
 * trainer would start them, inputs at random; both can be set.
 */
final class Trial {
  final Graph graph;
  final Map<String, Tensor> leaves = new HashMap<>();

  /**
   * @param sizes sizes of the graph's symbols: B and the lengths of sequences
   */
  Trial(Graph graph, long seed, Map<String, Integer> sizes) {
    this.graph = graph;
    for (Parameter parameter : graph.parameters()) {
      float[] start = Init.draw(parameter, seed);
      double[] values = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        values[i] = start[i];
      }
      leaves.put(parameter.name(), new Tensor(values, parameter.shape().resolve(sizes)));
    }
    SplittableRandom random = new SplittableRandom(seed);
    graph.inputs().stream()
        .sorted(java.util.Comparator.comparing(Input::name))
        .forEach(input -> leaves.put(input.name(), draw(input, sizes, random)));
  }

  private static Tensor draw(Input input, Map<String, Integer> sizes, SplittableRandom random) {
    int[] shape = input.shape().resolve(sizes);
    int n = 1;
    for (int s : shape) {
      n *= s;
    }
    double low = input.noise() == Input.Noise.UNIFORM ? 0 : -1;
    return new Tensor(random.doubles(n, low, 1).toArray(), shape);
  }

  /** A body over plain inputs of width {@code width}, shared by all tasks: outputs h.0, h.1 … */
  static Trial body(Body body, int width, int rows, List<Task> tasks) {
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(width));
    List<Node> h = body.build(scope, Representation.shared(Features.of(x)), tasks);
    Map<String, Node> outputs = new LinkedHashMap<>();
    for (int k = 0; k < h.size(); k++) {
      outputs.put("h." + k, h.get(k));
    }
    scope.probes().forEach((name, value) -> outputs.put("probe." + name, value));
    return new Trial(new Graph(outputs), 1, Map.of("B", rows));
  }

  /** A training graph over plain inputs of width {@code width}. */
  static Trial training(MultiTaskModel model, int width, int rows, List<Task> tasks) {
    Scope scope = Scope.root(true);
    Node x = scope.input("x", Shape.batch(width));
    Graph graph = model.training(scope, Representation.shared(Features.of(x)), tasks);
    return new Trial(graph, 1, Map.of("B", rows));
  }

  /** Binary tasks a, b, c … */
  static List<Task> tasks(int n) {
    return "abcdefgh"
        .substring(0, n)
        .chars()
        .mapToObj(c -> Task.binary(String.valueOf((char) c), "label"))
        .toList();
  }

  Trial set(String leaf, double... values) {
    Tensor before = leaves.get(leaf);
    if (before == null) {
      throw new IllegalArgumentException("no leaf " + leaf + " among " + leaves.keySet());
    }
    leaves.put(leaf, new Tensor(values, before.shape()));
    return this;
  }

  Map<String, Tensor> run() {
    return Reference.run(Rewrites.simplify(graph), leaves);
  }

  /** The numbers of one output. */
  double[] run(String output) {
    return Reference.run(graph.select(output::equals), leaves).get(output).data();
  }

  /** The gradient of a scalar output for every parameter and the inputs of features, by name. */
  Map<String, Tensor> gradients(String loss) {
    Map<String, Node> wrt = new LinkedHashMap<>();
    graph.parameters().forEach(p -> wrt.put(p.name(), graph.leaf(p.name()).orElseThrow()));
    for (Input input : graph.inputs()) {
      if (FEATURES.stream().anyMatch(input.name()::startsWith)) {
        wrt.put(input.name(), graph.leaf(input.name()).orElseThrow());
      }
    }
    Map<Node, Node> gradients = Gradients.of(graph.output(loss), wrt.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    wrt.forEach((name, node) -> outputs.put(name, gradients.get(node)));
    return Reference.run(Rewrites.simplify(new Graph(outputs)), leaves);
  }

  private static final List<String> FEATURES =
      List.of("x", "fields", "numbers", "linear", "sequence.");
}
