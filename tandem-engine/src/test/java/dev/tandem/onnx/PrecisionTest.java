package dev.tandem.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.loss.Losses;
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
import java.util.function.UnaryOperator;
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

  @Test
  void theGradientOfAConfidentPredictionKeepsItsDigits() {
    float[] x = {12, -12, 5, 0.5f};
    float[] y = {1, 0, 1, 0.25f};
    Node label = Nodes.constant(Shape.of(1, 4), 1, 0, 1, 0.25);
    float[] g = gradient(v -> Losses.binary(v, label), x);
    for (int i = 0; i < x.length; i++) {
      double exact = (1 - y[i]) / (1 + Math.exp(-x[i])) - y[i] / (1 + Math.exp(x[i]));
      assertThat(Math.abs(g[i] - exact) / Math.abs(exact)).isLessThan(FEW_UNITS);
    }
  }

  @Test
  void theGradientOfAnOpenGateKeepsItsDigits() {
    float[] g = gradient(Nodes::sigmoid, new float[] {20, -20});
    double exact = 1 / (1 + Math.exp(20)) / (1 + Math.exp(-20));
    for (float value : g) {
      assertThat(Math.abs(value - exact) / exact).isLessThan(FEW_UNITS);
    }
  }

  @Test
  void theGradientOfADecidedSoftmaxKeepsItsDigits() {
    Node values = Nodes.constant(Shape.of(1, 2), 1.1, 1.7);
    float[] g = gradient(v -> Nodes.mul(Nodes.softmax(v), values), new float[] {10, 0});
    double exact = (float) 1.1 - (float) 1.7;
    exact *= 1 / (1 + Math.exp(10)) / (1 + Math.exp(-10));
    assertThat(Math.abs(g[0] / exact - 1)).isLessThan(FEW_UNITS);
    assertThat(Math.abs(-g[1] / exact - 1)).isLessThan(FEW_UNITS);
  }

  @Test
  void whatAllGradientsOfARowHaveInCommonDoesNotBlurItsNormalisation() {
    double[] given = {1024.5, 1024, 1023.75, 1024.25};
    double[] x = {1, 2, 4, 9};
    Node weights = Nodes.constant(Shape.of(1, 4), given);
    float[] g =
        gradient(v -> Nodes.mul(Nodes.normalise(v, 1e-5), weights), new float[] {1, 2, 4, 9});
    double sd = Math.sqrt(38.0 / 4 + 1e-5);
    double along = 0;
    for (int i = 0; i < 4; i++) {
      along += (given[i] - 1024.125) * (x[i] - 4) / sd / 4;
    }
    for (int i = 0; i < 4; i++) {
      double exact = (given[i] - 1024.125 - along * (x[i] - 4) / sd) / sd;
      assertThat(Math.abs(g[i] - exact)).as("position %d", i).isLessThan(FEW_UNITS);
    }
  }

  /** The gradient of the sum of a function's values. */
  private static float[] gradient(UnaryOperator<Node> function, float[] x) {
    Node in = input(x.length);
    Node loss = Nodes.sum(function.apply(in));
    return run(Gradients.of(loss, List.of(in)).get(in), x);
  }

  private static Node input(int n) {
    return Node.of(new Input("x", Shape.of(1, n), Input.Noise.NONE));
  }

  private static float[] run(Node y, float[] x) {
    Graph graph = new Graph(Map.of("y", y));
    return OnnxRun.run(graph, Map.of("x", x), Map.of("x", new int[] {1, x.length})).get("y");
  }
}
