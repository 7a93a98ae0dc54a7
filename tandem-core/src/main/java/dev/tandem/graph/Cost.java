package dev.tandem.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What it takes to evaluate a graph: known from its shapes alone, before anything runs.
 *
 * @param parameters numbers that are trained
 * @param flopsPerRow floating-point operations that each row of the batch adds; a multiplication
 *     and an addition count as two
 * @param flopsPerRun operations of a run whatever the batch: what depends on parameters alone
 */
public record Cost(long parameters, long flopsPerRow, long flopsPerRun) {
  /** Elements are moved, not computed. */
  private static final Set<Class<? extends Op>> FREE =
      Set.of(
          Parameter.class,
          Input.class,
          Constant.class,
          Concat.class,
          Slice.class,
          Reshape.class,
          Transpose.class,
          ExpandLike.class,
          Extent.class,
          StopGradient.class);

  /** Exponential, sum and division, per element. */
  private static final int SOFTMAX = 5;

  /** Mean, variance and scaling, per element. */
  private static final int NORMALISE = 8;

  /**
   * The cost of a graph; of a training step, if the graph has its gradients among its results.
   *
   * @param lengths size of every symbol but the batch: the lengths of sequences
   */
  public static Cost of(Graph graph, Map<String, Integer> lengths) {
    long parameters =
        graph.parameters().stream()
            .filter(Parameter::trainable)
            .mapToLong(p -> p.shape().count().size())
            .sum();
    long one = 0;
    long two = 0;
    for (Node node : graph.nodes()) {
      one += flops(node, sizes(lengths, 1));
      two += flops(node, sizes(lengths, 2));
    }
    return new Cost(parameters, two - one, 2 * one - two);
  }

  private static Map<String, Integer> sizes(Map<String, Integer> lengths, int batch) {
    Map<String, Integer> sizes = new HashMap<>(lengths);
    sizes.put("B", batch);
    return sizes;
  }

  /**
   * Operations of one node, without those of its operands.
   *
   * @param sizes size of every symbol, {@code B} among them
   */
  public static long flops(Node node, Map<String, Integer> sizes) {
    if (FREE.contains(node.op().getClass())) {
      return 0;
    }
    long results = count(node.shape(), sizes);
    if (node.op() instanceof MatMul product) {
      return 2 * results * node.input(0).shape().dim(product.transA() ? -2 : -1).resolve(sizes);
    } else if (node.op() instanceof Softmax || node.op() instanceof LogSoftmax) {
      return SOFTMAX * results;
    } else if (node.op() instanceof Normalise) {
      return NORMALISE * results;
    } else if (node.op() instanceof Sum || node.op() instanceof Max) {
      return count(node.input(0).shape(), sizes);
    }
    return results;
  }

  private static long count(Shape shape, Map<String, Integer> sizes) {
    long n = 1;
    for (int size : shape.resolve(sizes)) {
      n *= size;
    }
    return n;
  }
}
