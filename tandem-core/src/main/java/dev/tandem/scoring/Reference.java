package dev.tandem.scoring;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The double-precision interpreter of a graph: the plain statement of what every operator means,
 * against which engines are tested. Clear rather than fast. Stateless and thread-safe.
 */
public final class Reference {
  private Reference() {}

  /**
   * Evaluates every output.
   *
   * @param graph the graph
   * @param leaves a value for every parameter and input by name
   * @return output name → value
   */
  public static Map<String, Tensor> run(Graph graph, Map<String, Tensor> leaves) {
    Map<String, Integer> sizes = sizes(graph, leaves);
    Map<Node, Tensor> values = new HashMap<>();
    for (Node node : graph.nodes()) {
      List<Tensor> inputs = node.inputs().stream().map(values::get).toList();
      int[] shape = node.shape().resolve(sizes);
      Tensor value = node.op().accept(new Kernels(shape, inputs, leaves));
      if (!Arrays.equals(value.shape(), shape)) {
        throw new IllegalStateException(node + " gave shape " + Arrays.toString(value.shape()));
      }
      values.put(node, value);
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    graph.outputs().forEach((name, node) -> results.put(name, values.get(node)));
    return results;
  }

  /** The sizes of the symbols, read off the inputs that were given. */
  static Map<String, Integer> sizes(Graph graph, Map<String, Tensor> leaves) {
    Map<String, Integer> sizes = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || node.op() instanceof Parameter) {
        String name = node.op() instanceof Input i ? i.name() : ((Parameter) node.op()).name();
        Tensor value = leaves.get(name);
        if (value == null) {
          throw new IllegalArgumentException("no value for " + name);
        }
        bind(name, node, value, sizes);
      }
    }
    return sizes;
  }

  private static void bind(String name, Node node, Tensor value, Map<String, Integer> sizes) {
    if (value.rank() != node.shape().rank()) {
      throw new IllegalArgumentException(
          name + " has shape " + Arrays.toString(value.shape()) + ", not " + node.shape());
    }
    for (int i = 0; i < value.rank(); i++) {
      Dim dim = node.shape().dim(i);
      int size = value.shape()[i];
      if (!dim.isStatic()
          && dim.factor() == 1
          && dim.symbols().size() == 1
          && !dim.symbols().get(0).contains("+")) {
        Integer before = sizes.putIfAbsent(dim.symbols().get(0), size);
        if (before == null || before == size) {
          continue;
        }
      } else if (dim.resolve(sizes) == size) {
        continue;
      }
      throw new IllegalArgumentException(
          name
              + " has shape "
              + Arrays.toString(value.shape())
              + ", not "
              + node.shape()
              + " with "
              + sizes);
    }
  }
}
