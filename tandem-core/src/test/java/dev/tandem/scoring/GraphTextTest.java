package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.OperatorSamples;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs survive being written and read. */
class GraphTextTest {

  static List<Graph> graphs() {
    List<Graph> graphs = new ArrayList<>();
    OperatorSamples.samples().forEach(s -> graphs.add(new Graph(Map.of("y", s.output()))));
    ModelSamples.all().forEach(s -> graphs.add(s.graph()));
    return graphs;
  }

  @Test
  void everyGraphComesBack() {
    for (Graph graph : graphs()) {
      same(graph, GraphText.read(GraphText.write(graph)));
    }
  }

  private static void same(Graph a, Graph b) {
    assertThat(GraphText.write(b)).isEqualTo(GraphText.write(a));
    assertThat(b.outputs().keySet()).containsExactlyElementsOf(a.outputs().keySet());
    assertThat(b.nodes()).hasSameSizeAs(a.nodes());
    for (int i = 0; i < a.nodes().size(); i++) {
      Node x = a.nodes().get(i);
      Node y = b.nodes().get(i);
      assertThat(y.op()).isEqualTo(x.op());
      assertThat(y.shape()).isEqualTo(x.shape());
      assertThat(y.inputs().stream().map(b.nodes()::indexOf))
          .isEqualTo(x.inputs().stream().map(a.nodes()::indexOf).toList());
    }
  }

  static List<Init> inits() {
    return List.of(
        Init.ONES,
        new Init.Glorot(3, 4),
        new Init.Normal(0.1),
        new Init.Uniform(-1, 0.3),
        new Init.Values(List.of(1.5, -2.0)));
  }

  @ParameterizedTest
  @MethodSource("inits")
  void startsComeBack(Init init) {
    Parameter p = new Parameter("p", Shape.of(2), init, Parameter.Role.CONNECTION);
    Graph graph = new Graph(Map.of("p", Node.of(p)));
    same(graph, GraphText.read(GraphText.write(graph)));
  }

  @Test
  void productsOfSymbolsComeBack() {
    Dim dim = Dim.symbol("L.a*b").plus(1).times(Dim.BATCH).times(Dim.of(3));
    Graph graph =
        new Graph(
            Map.of(
                "y",
                Node.of(
                    new dev.tandem.graph.Input(
                        "x", Shape.of(dim), dev.tandem.graph.Input.Noise.UNIFORM))));
    same(graph, GraphText.read(GraphText.write(graph)));
  }

  @Test
  void errorsNameThePlace() {
    String text = GraphText.write(graphs().get(0));
    assertThatThrownBy(() -> GraphText.read("{}")).hasMessageContaining("tandem-graph");
    assertThatThrownBy(() -> GraphText.read("not json")).hasMessageContaining("JSON");
    assertThatThrownBy(() -> GraphText.read(text.replace("\"version\":1", "\"version\":7")))
        .hasMessageContaining("version 7");
    assertThatThrownBy(() -> GraphText.read(text.replace("\"neg\"", "\"negate\"")))
        .hasMessageContaining("node 1")
        .hasMessageContaining("negate");
    assertThatThrownBy(() -> GraphText.read(text.replace("\"in\":[0]", "\"in\":[9]")))
        .hasMessageContaining("node 1");
    assertThatThrownBy(() -> GraphText.read(text.replace("{\"y\":1}", "{\"y\":5}")))
        .hasMessageContaining("output y");
  }
}
