package dev.tandem.parity;

import dev.tandem.graph.Node;
import dev.tandem.scoring.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A case's model as a graph.
 *
 * <p>Parameters need no mapping: a case's {@code gate.W} is the graph's {@code gate.W} or the one
 * whose name ends with {@code .gate.W}.
 */
public final class Wiring {
  private final Map<String, Node> results = new LinkedHashMap<>();
  private final Map<String, Tensor> feeds = new LinkedHashMap<>();
  private final Map<String, Part> inputs = new LinkedHashMap<>();

  /**
   * Where a case's input sits in the graph.
   *
   * @param input name of the graph's input
   * @param of cuts the case's own part out of a value of that input's shape
   */
  record Part(String input, UnaryOperator<Node> of) {}

  /**
   * The node behind an expectation of the case, by its path: {@code outputs.logits}, {@code
   * losses.total}, {@code outputs.gates.0.2}. A list of nodes may stand for an array: {@code
   * outputs.gates.0}, {@code .1} … are stacked where the case has one array {@code gates}. Any
   * layout will do as long as the row-major order is the same. Needed: {@code losses.total}, and
   * {@code losses.perTask.k} as scalars when the case has gradients per task.
   *
   * <p>Gradients of {@code losses.total} and {@code losses.perTask.k} are added by the runner as
   * {@code grads.NAME} and {@code gradsPerTask.k.NAME}; a family adds others, such as {@code
   * gateGradientsPlain.NAME}, itself.
   */
  public Wiring result(String path, Node node) {
    results.put(path, node);
    return this;
  }

  /** {@link #result} for each of a list: {@code path.0}, {@code path.1} … */
  public Wiring results(String path, List<Node> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      result(path + "." + i, nodes.get(i));
    }
    return this;
  }

  /** The value of an input of the graph; in the case's layout or the graph's. */
  public Wiring feed(String input, Tensor value) {
    feeds.put(input, value);
    return this;
  }

  /** The case's input {@code name} is the graph's {@code input}, whole. */
  public Wiring input(String name, String input, Tensor value) {
    feed(input, value);
    return part(name, input, UnaryOperator.identity());
  }

  /** The case's input {@code name} is a part of the graph's {@code input}. */
  public Wiring part(String name, String input, UnaryOperator<Node> of) {
    inputs.put(name, new Part(input, of));
    return this;
  }

  Map<String, Node> results() {
    return results;
  }

  Map<String, Tensor> feeds() {
    return feeds;
  }

  Map<String, Part> inputs() {
    return inputs;
  }
}
