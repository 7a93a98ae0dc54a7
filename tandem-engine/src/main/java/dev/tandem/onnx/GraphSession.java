package dev.tandem.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A graph loaded into ONNX Runtime, run on the calling thread alone. Several threads may run one
 * session at once, each through its own {@link Binding}; close the bindings before the session.
 */
public final class GraphSession implements AutoCloseable {
  private final Graph graph;
  private final OrtSession session;
  private final Map<String, Node> leaves = new LinkedHashMap<>();

  private GraphSession(Graph graph, OrtSession session, boolean parameters) {
    this.graph = graph;
    this.session = session;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input input) {
        leaves.put(input.name(), node);
      } else if (parameters && node.op() instanceof Parameter parameter) {
        leaves.put(parameter.name(), node);
      }
    }
  }

  /** Writes the graph as ONNX and loads it. */
  public static GraphSession open(Graph graph) {
    return open(graph, SessionOptions.OptLevel.ALL_OPT);
  }

  /**
   * Loads the graph as it is exported, with its weights inside: they are packed for matrix products
   * once, and only the inputs need buffers.
   *
   * @param weights row-major values of every parameter by name
   */
  public static GraphSession open(Graph graph, Map<String, float[]> weights) {
    byte[] model = OnnxWriter.standard(graph, weights);
    return new GraphSession(graph, load(model, SessionOptions.OptLevel.ALL_OPT), false);
  }

  /** As {@link #open(Graph)} with a given level of ONNX Runtime's own rewrites. */
  static GraphSession open(Graph graph, SessionOptions.OptLevel rewrites) {
    return new GraphSession(graph, load(OnnxWriter.runtime(graph), rewrites), true);
  }

  private static OrtSession load(byte[] model, SessionOptions.OptLevel rewrites) {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(rewrites);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      // one transposition for several products is meant so: do not give each product its own again
      options.addConfigEntry("optimization.disable_specified_optimizers", "GemmTransposeFusion");
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      return Engine.call(e -> e.createSession(model, options));
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime does not load the graph: " + e.getMessage(), e);
    }
  }

  /** The graph that it runs. */
  public Graph graph() {
    return graph;
  }

  /** Inputs by name, and parameters unless they are inside. */
  public Map<String, Node> leaves() {
    return leaves;
  }

  /** Number of floats of every output for given sizes of the symbols. */
  public Map<String, Integer> outputCounts(Map<String, Integer> sizes) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    graph.outputs().forEach((name, node) -> counts.put(name, count(node.shape(), sizes)));
    return counts;
  }

  static int count(Shape shape, Map<String, Integer> sizes) {
    return shape.count().resolve(sizes);
  }

  /**
   * Ties buffers to inputs and outputs for given sizes of the symbols. Every leaf and output needs
   * a direct buffer of at least its size; they are read and written in place at every run.
   */
  public Binding bind(
      Map<String, Integer> sizes,
      Map<String, FloatBuffer> inputs,
      Map<String, FloatBuffer> outputs) {
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    Map<String, OnnxTensor> out = new LinkedHashMap<>();
    Set<String> names = new HashSet<>(leaves.keySet());
    try {
      for (Map.Entry<String, Node> leaf : leaves.entrySet()) {
        in.put(leaf.getKey(), tensor(leaf.getKey(), leaf.getValue().shape(), sizes, inputs));
      }
      for (Map.Entry<String, Node> result : graph.outputs().entrySet()) {
        out.put(
            OnnxWriter.outputName(result.getKey(), names),
            tensor(result.getKey(), result.getValue().shape(), sizes, outputs));
      }
    } catch (OrtException | RuntimeException e) {
      in.values().forEach(OnnxTensor::close);
      out.values().forEach(OnnxTensor::close);
      throw e instanceof RuntimeException r ? r : new EngineException("cannot bind buffers", e);
    }
    return new Binding(session, in, out);
  }

  private static OnnxTensor tensor(
      String name, Shape shape, Map<String, Integer> sizes, Map<String, FloatBuffer> buffers)
      throws OrtException {
    FloatBuffer buffer = buffers.get(name);
    int count = count(shape, sizes);
    if (buffer == null || !buffer.isDirect() || buffer.capacity() < count) {
      throw new IllegalArgumentException(
          name + " " + shape + " needs a direct buffer of " + count + " floats; given: " + buffer);
    }
    long[] dims = Arrays.stream(shape.resolve(sizes)).asLongStream().toArray();
    return Engine.call(e -> OnnxTensor.createTensor(e, buffer.slice(0, count), dims));
  }

  @Override
  public void close() {
    try {
      Engine.run(session::close);
    } catch (OrtException e) {
      throw new EngineException("cannot close a session", e);
    }
  }
}
