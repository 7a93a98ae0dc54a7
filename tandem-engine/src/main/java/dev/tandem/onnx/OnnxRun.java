package dev.tandem.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** One evaluation of a graph from plain arrays: for tests and tools, not for speed. */
public final class OnnxRun {
  private OnnxRun() {}

  /**
   * Evaluates every output.
   *
   * @param leaves row-major values of every parameter and input
   * @param shapes their sizes
   * @return output name → row-major values
   */
  public static Map<String, float[]> run(
      Graph graph, Map<String, float[]> leaves, Map<String, int[]> shapes) {
    // a session for one run: rewriting it would cost more than it saves
    try (GraphSession session = GraphSession.open(graph, OptLevel.NO_OPT)) {
      Map<String, Integer> sizes = sizes(session, shapes);
      Map<String, FloatBuffer> inputs = new HashMap<>();
      for (String name : session.leaves().keySet()) {
        float[] values = leaves.get(name);
        if (values == null) {
          throw new IllegalArgumentException("no value for " + name);
        }
        inputs.put(name, FlatFloats.direct(values.length).put(0, values));
      }
      FlatFloats outputs = new FlatFloats(session.outputCounts(sizes));
      Map<String, FloatBuffer> views = new HashMap<>();
      outputs.counts().keySet().forEach(name -> views.put(name, outputs.view(name)));
      try (Binding binding = session.bind(sizes, inputs, views)) {
        binding.run();
      }
      Map<String, float[]> results = new LinkedHashMap<>();
      outputs.counts().keySet().forEach(name -> results.put(name, outputs.get(name)));
      return results;
    }
  }

  private static Map<String, Integer> sizes(GraphSession session, Map<String, int[]> shapes) {
    Map<String, Integer> sizes = new HashMap<>();
    for (Map.Entry<String, Node> leaf : session.leaves().entrySet()) {
      for (int i = 0; i < leaf.getValue().shape().rank(); i++) {
        Dim dim = leaf.getValue().shape().dim(i);
        int[] given = shapes.get(leaf.getKey());
        boolean plain = dim.factor() == 1 && dim.symbols().size() == 1;
        if (given != null && plain && !dim.symbols().get(0).contains("+")) {
          sizes.put(dim.symbols().get(0), given[i]);
        }
      }
    }
    return sizes;
  }
}
