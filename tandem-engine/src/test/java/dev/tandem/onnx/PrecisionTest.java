package dev.tandem.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.model.Dephn;
import dev.tandem.model.Features;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;
import dev.tandem.model.Representation;
import dev.tandem.schema.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Operators that a native kernel may round coarsely keep their relative precision. */
class PrecisionTest {
  private static final double FEW_UNITS = 5e-7; // of the last place of a float

  @Test
  void theProbabilityOfARareLabelKeepsItsDigits() {
    float[] x = new float[2001];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 1000) * 0.085f; // -85 … 85
    }
    float[] y = run(Nodes.sigmoid(input(x.length)), x);
    for (int i = 0; i < x.length; i++) {
      double exact = 1 / (1 + Math.exp(-(double) x[i]));
      assertThat(Math.abs(y[i] - exact) / exact).as("sigmoid of %s", x[i]).isLessThan(FEW_UNITS);
    }
    assertThat(run(Nodes.sigmoid(input(2)), new float[] {-200, 200})).containsExactly(0f, 1f);
  }

  @Test
  void rowsFarFromZeroAreNormalisedLikeOthers() {
    int n = 16;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = 1024 + i % 5; // exact in single precision, as is the mean of the squares' distances
    }
    double mean = IntStream.range(0, n).mapToDouble(i -> x[i]).average().orElseThrow();
    double variance =
        IntStream.range(0, n).mapToDouble(i -> (x[i] - mean) * (x[i] - mean)).sum() / n;
    float[] y = run(Nodes.normalise(input(n), 1e-5), x);
    for (int i = 0; i < n; i++) {
      double exact = (x[i] - mean) / Math.sqrt(variance + 1e-5);
      assertThat(Math.abs(y[i] - exact)).as("position %d", i).isLessThan(FEW_UNITS);
    }
  }

  @Test
  void aMeanOfTwoCertainProbabilitiesKeepsTheDigitsOfTheirDoubt() {
    Dephn body =
        Canonical.read(
            "{preset: mt_phn, public_experts: [dnn], private_experts: [dnn], output: mean_prob}",
            "test",
            Dephn.class,
            Catalog.empty().with("interaction", Interaction.class, Models.of(Interaction.class)));
    Scope scope = Scope.root(false);
    Node e = scope.input("x", Shape.batch(4));
    Features x = new Features(e, 2, 2, Optional.empty());
    Node logit = body.build(scope, Representation.shared(x), List.of(Task.binary("a", "a"))).get(0);
    Graph graph = new Graph(Map.of("y", logit));
    Map<String, float[]> leaves = new HashMap<>();
    Map<String, int[]> shapes = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      float[] values = new float[p.shape().count().size()];
      Arrays.fill(values, p.name().startsWith("b") ? 12 : 0); // the biases of both towers
      leaves.put(p.name(), values);
      shapes.put(p.name(), IntStream.range(0, p.shape().rank()).map(p.shape()::size).toArray());
    }
    leaves.put("x", new float[4]);
    shapes.put("x", new int[] {1, 4});
    float y = OnnxRun.run(graph, leaves, shapes).get("y")[0];
    assertThat(Math.abs(y - 12.0) / 12).isLessThan(FEW_UNITS);
  }

  private static Node input(int n) {
    return Node.of(new Input("x", Shape.of(1, n), Input.Noise.NONE));
  }

  private static float[] run(Node y, float[] x) {
    Graph graph = new Graph(Map.of("y", y));
    return OnnxRun.run(graph, Map.of("x", x), Map.of("x", new int[] {1, x.length})).get("y");
  }
}
