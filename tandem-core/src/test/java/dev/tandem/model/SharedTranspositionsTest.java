package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Transpose;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients that share a transposition against those that turn the rows one by one. */
class SharedTranspositionsTest {
  private static final int ROWS = 4;

  /** The gradients of every parameter of a model, as a graph. */
  private static Graph gradients(Body body) {
    MultiTaskModel model =
        new MultiTaskModel(new SharedEmbedding(), body, GradientTest.SMALL, new Independent());
    Graph forward = Rewrites.simplify(Trial.training(model, 3, ROWS, GradientTest.TASKS).graph);
    Map<String, Node> wanted = new LinkedHashMap<>();
    for (Node node : forward.nodes()) {
      if (node.op() instanceof Parameter p && p.trainable()) {
        wanted.put(p.name(), node);
      }
    }
    Map<Node, Node> found = Gradients.of(forward.output("loss"), wanted.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    wanted.forEach(
        (name, node) -> {
          if (found.containsKey(node)) {
            outputs.put("grad." + name, found.get(node));
          }
        });
    return Rewrites.simplify(forward.with(outputs));
  }

  static java.util.stream.Stream<Body> bodies() {
    return GradientTest.bodies();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void everyGradientStays(Body body) {
    Graph apart = gradients(body);
    Graph shared = Rewrites.simplify(Rewrites.sharedTranspositions(apart));
    var found = new Trial(shared, 1, Map.of("B", ROWS)).run();
    var wanted = new Trial(apart, 1, Map.of("B", ROWS)).run();
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    found.forEach(
        (name, value) ->
            assertThat(value.data())
                .as(name)
                .containsExactly(wanted.get(name).data(), within(1e-12)));
  }

  @Test
  void rowsThatSeveralExpertsReadAreTurnedOnce() {
    Graph apart = gradients(Mmoe.of(4, GradientTest.SMALL, dev.tandem.layer.Gate.linear()));
    Graph shared = Rewrites.simplify(Rewrites.sharedTranspositions(apart));
    long experts = 4 + GradientTest.TASKS.size(); // with a gate per task
    assertThat(turned(apart) - turned(shared)).isEqualTo(experts);
    assertThat(transpositions(shared) - transpositions(apart)).isEqualTo(1);
  }

  private static long turned(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof MatMul m && m.transA()).count();
  }

  private static long transpositions(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof Transpose).count();
  }
}
