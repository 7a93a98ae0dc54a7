package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.ParallelDense;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fused layers against the same layers one by one, on whole models. */
class ParallelDenseTest {
  private static final List<Task> TASKS = GradientTest.TASKS;
  private static final int WIDTH = 3;
  private static final int ROWS = 4;

  private static MultiTaskModel model(Body body) {
    return new MultiTaskModel(new SharedEmbedding(), body, GradientTest.SMALL, new Independent());
  }

  static List<Body> bodies() {
    return GradientTest.bodies().toList();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void resultsAndGradientsStay(Body body) {
    Trial apart = Trial.training(model(body), WIDTH, ROWS, TASKS);
    Graph fused = ParallelDense.fuse(Rewrites.simplify(apart.graph), 100);
    assertThat(names(fused)).containsExactlyInAnyOrderElementsOf(names(apart.graph));
    Trial together = new Trial(fused, 1, Map.of("B", ROWS));
    same(together.run(), apart.run());
    same(together.gradients("loss"), apart.gradients("loss"));
  }

  private static List<String> names(Graph graph) {
    return graph.parameters().stream().map(Parameter::name).toList();
  }

  private static void same(Map<String, Tensor> found, Map<String, Tensor> wanted) {
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    found.forEach(
        (name, value) ->
            assertThat(value.data())
                .as(name)
                .containsExactly(wanted.get(name).data(), within(1e-12)));
  }

  @Test
  void onlySmallLayersAreFused() {
    MultiTaskModel mmoe = model(Mmoe.of(4, GradientTest.SMALL, dev.tandem.layer.Gate.linear()));
    Graph graph = Rewrites.simplify(Trial.training(mmoe, WIDTH, ROWS, TASKS).graph);
    long towers = 2L * TASKS.size();
    assertThat(products(graph)).isEqualTo(4 + TASKS.size() + towers);
    assertThat(products(ParallelDense.fuse(graph, 4))).isEqualTo(1 + towers);
    assertThat(products(ParallelDense.fuse(graph, 3))).isEqualTo(1 + TASKS.size() + towers);
    assertThat(products(ParallelDense.fuse(graph, 2))).isEqualTo(products(graph));
  }

  private static long products(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof MatMul).count();
  }
}
