package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.ScaleGradient;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.graph.StopGradient;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.model.Snr;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Folding changes what is computed, not what comes out. */
class FoldedTest {

  static List<ModelSamples.Sample> models() {
    return ModelSamples.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void resultsStay(ModelSamples.Sample sample) {
    Graph graph = sample.graph().select(name -> name.startsWith("prediction."));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 5);
    Folded folded = Folded.of(graph, parameters);
    equal(graph, parameters, folded, ModelSamples.inputs(graph, 3, 2, 5));
    for (Node node : folded.graph().nodes()) {
      assertThat(node.op()).isNotInstanceOfAny(StopGradient.class, ScaleGradient.class);
      boolean fixed =
          !node.inputs().isEmpty()
              && node.inputs().stream().allMatch(i -> i.inputs().isEmpty() && isValue(i));
      assertThat(fixed).as("%s depends on parameters alone", node).isFalse();
    }
    assertThat(folded.parameters().keySet())
        .containsExactlyInAnyOrderElementsOf(
            folded.graph().parameters().stream().map(Parameter::name).toList());
  }

  private static boolean isValue(Node node) {
    return !(node.op() instanceof dev.tandem.graph.Input);
  }

  private static void equal(
      Graph graph, Map<String, Tensor> parameters, Folded folded, Map<String, Tensor> inputs) {
    Map<String, Tensor> before = new HashMap<>(parameters);
    before.putAll(inputs);
    Map<String, Tensor> after = new HashMap<>(folded.parameters());
    after.putAll(inputs);
    Map<String, Tensor> expected = Reference.run(graph, before);
    Map<String, Tensor> found = Reference.run(folded.graph(), after);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> {
          for (int i = 0; i < value.data().length; i++) {
            assertThat(found.get(name).data()[i])
                .as("%s[%d]", name, i)
                .isCloseTo(value.data()[i], within(1e-12));
          }
        });
  }

  @Test
  void theHypernetworkIsGone() {
    ModelSamples.Sample dtrn =
        models().stream().filter(s -> s.name().equals("bottom dtrn T=2")).findFirst().orElseThrow();
    Graph graph = dtrn.graph().select(name -> name.startsWith("prediction."));
    assertThat(graph.parameters()).anyMatch(p -> p.name().startsWith("tim.hyper"));
    Folded folded = Folded.of(graph, ModelSamples.parameters(graph, 1));
    assertThat(folded.graph().parameters())
        .noneMatch(p -> p.name().startsWith("tim.hyper") || p.name().endsWith("_emb"));
  }

  @Test
  void closedConnectionsAreCut() {
    ModelSamples.Sample snr =
        models().stream().filter(s -> s.name().equals("body snr T=2")).findFirst().orElseThrow();
    Graph graph = snr.graph().select(name -> name.startsWith("prediction."));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 1);
    long open = products(Folded.of(graph, parameters).graph());
    for (Parameter p : graph.parameters()) {
      if (p.name().endsWith("logalpha")) {
        parameters.get(p.name()).data()[1] = -20;
      }
    }
    Folded folded = Folded.of(graph, parameters);
    assertThat(products(folded.graph())).isLessThanOrEqualTo(open - 2);
    equal(graph, parameters, folded, ModelSamples.inputs(graph, 3, 2, 5));
  }

  /** Nothing is computed for a sub-network that no open connection reads, nor for its input. */
  @ParameterizedTest
  @EnumSource(Snr.Connection.class)
  void closedSubNetworksAreGone(Snr.Connection connection) {
    Snr body =
        new Snr(List.of(3, 2), 5, Mlp.of(List.of()), connection, 1e-4, 2 / 3.0, -0.1, 1.1, true);
    ModelSamples.Sample inputs = models().get(0);
    Graph graph =
        new MultiTaskModel(new SharedEmbedding(), body, Mlp.of(List.of(4)), new Independent())
            .scoring(inputs.layout(), inputs.tasks())
            .select(name -> name.startsWith("prediction."));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 1);
    for (Parameter p : graph.parameters()) {
      if (p.name().endsWith("logalpha")) {
        Arrays.fill(parameters.get(p.name()).data(), -20);
      }
    }
    Folded folded = Folded.of(graph, parameters);
    assertThat(folded.graph().parameters())
        .noneMatch(p -> p.name().startsWith("layer.") || p.name().startsWith("conn."));
    equal(graph, parameters, folded, ModelSamples.inputs(graph, 3, 2, 5));
  }

  private static long products(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof MatMul).count();
  }

  @Test
  void factorsMoveIntoWeights() {
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(3));
    Node g = scope.parameter("g", Init.ONES, Parameter.Role.GATE, 3);
    Node h = scope.parameter("h", Init.ONES, Parameter.Role.GATE, 2);
    Node dense =
        Nodes.add(Nodes.matmul(Nodes.mul(x, g), scope.glorot("W", 3, 2)), scope.bias("b", 2));
    Graph graph = new Graph(Map.of("y", Nodes.mul(dense, h)));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 3);
    Folded folded = Folded.of(graph, parameters);
    assertThat(folded.graph().nodes()).hasSize(5); // x, weights, product, bias, sum
    equal(graph, parameters, folded, ModelSamples.inputs(graph, 4, 0, 3));
  }
}
