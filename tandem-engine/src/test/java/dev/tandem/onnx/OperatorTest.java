package dev.tandem.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.OperatorSamples;
import dev.tandem.graph.OperatorSamples.Sample;
import dev.tandem.graph.Rewrites;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator and its gradient, on ONNX Runtime and by the double-precision reference. */
final class OperatorTest {
  static List<Sample> samples() {
    return OperatorSamples.samples();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void agreesWithTheReference(Sample sample) {
    Map<String, Tensor> leaves = new HashMap<>();
    sample
        .sizes()
        .forEach((name, size) -> leaves.put(name, rounded(sample.values().get(name), size)));
    Node y = sample.output();
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    int[] shape = Reference.run(new Graph(outputs), leaves).get("y").shape();
    Node p = Node.of(new Input("p", y.shape(), Input.Noise.NONE));
    Node loss = Nodes.sum(Nodes.mul(y, p));
    outputs.put("loss", loss);
    Graph forward = new Graph(outputs);
    Map<String, Node> wrt = new LinkedHashMap<>();
    sample.sizes().keySet().forEach(name -> wrt.put(name, forward.leaf(name).orElseThrow()));
    Map<Node, Node> gradients = Gradients.of(loss, wrt.values());
    wrt.forEach((name, node) -> outputs.put("grad." + name, gradients.get(node)));
    int n = 1;
    for (int s : shape) {
      n *= s;
    }
    leaves.put("p", rounded(new SplittableRandom(3).doubles(n, -1, 1).toArray(), shape));
    Graph graph = Rewrites.simplify(new Graph(outputs));
    compare(graph, leaves);
  }

  private static Tensor rounded(double[] values, int... shape) {
    double[] copy = values.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) copy[i];
    }
    return new Tensor(copy, shape);
  }

  private static void compare(Graph graph, Map<String, Tensor> leaves) {
    Map<String, float[]> floats = new HashMap<>();
    Map<String, int[]> shapes = new HashMap<>();
    leaves.forEach(
        (name, tensor) -> {
          float[] f = new float[tensor.data().length];
          for (int i = 0; i < f.length; i++) {
            f[i] = (float) tensor.data()[i];
          }
          floats.put(name, f);
          shapes.put(name, tensor.shape());
        });
    Map<String, float[]> actual = OnnxRun.run(graph, floats, shapes);
    Map<String, Tensor> expected = Reference.run(graph, leaves);
    expected.forEach(
        (name, tensor) -> {
          float[] got = actual.get(name);
          for (int i = 0; i < got.length; i++) {
            double want = tensor.data()[i];
            assertThat(Math.abs(got[i] - want) / (1e-1 + Math.abs(want)))
                .as("%s[%d]: %s, reference %s", name, i, got[i], want)
                .isLessThan(1e-5);
          }
        });
  }
}
