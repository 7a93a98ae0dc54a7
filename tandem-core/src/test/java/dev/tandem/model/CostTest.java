package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Cost;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CostTest {
  private static final List<Task> TASKS = Trial.tasks(2);

  /** Two levels of experts 416|64 - 128 - 64 and towers 64 - 32 - 1: 3.9 GFLOP for 4,096 rows. */
  private static final MultiTaskModel YARDSTICK =
      new MultiTaskModel(
          new SharedEmbedding(),
          new Ple(
              2,
              List.of(2),
              2,
              Mlp.of(List.of(128, 64)),
              List.of(),
              Optional.empty(),
              Gate.linear(),
              Ple.GateInput.LAYER_INPUT,
              Ple.SharedGate.ALL_EXPERTS,
              Ple.SharedExpertInput.PER_TASK),
          Mlp.of(List.of(32)),
          new Independent());

  private static Graph training() {
    Scope scope = Scope.root(true);
    Node x = scope.input("x", Shape.batch(416));
    return YARDSTICK.training(scope, Representation.shared(Features.of(x)), TASKS);
  }

  @Test
  void parametersAreThoseOfThePaper() {
    long experts = 6 * (416 * 128 + 128 + 128 * 64 + 64) + 6 * (64 * 128 + 128 + 128 * 64 + 64);
    long gates = 2 * 416 * 4 + 416 * 6 + 2 * 64 * 4;
    long towers = 2 * (64 * 32 + 32 + 32 + 1);
    assertThat(Cost.of(training(), Map.of()).parameters()).isEqualTo(experts + gates + towers);
  }

  @Test
  void matrixProductsMakeTheCost() {
    Graph forward = Rewrites.simplify(training().select(name -> name.equals("loss")));
    long products = 2 * (6 * (416 * 128 + 128 * 64) + 6 * (64 * 128 + 128 * 64));
    Cost cost = Cost.of(forward, Map.of());
    assertThat(cost.flopsPerRow()).isBetween(products, products + products / 20);
    assertThat(cost.flopsPerRun()).isLessThan(100);
    Cost step = Cost.of(step(forward), Map.of());
    assertThat(step.flopsPerRow())
        .isBetween(5 * cost.flopsPerRow() / 2, 7 * cost.flopsPerRow() / 2);
    assertThat(step.parameters()).isEqualTo(cost.parameters());
  }

  private static Graph step(Graph forward) {
    Map<String, Node> wrt = new LinkedHashMap<>();
    forward.parameters().forEach(p -> wrt.put(p.name(), forward.leaf(p.name()).orElseThrow()));
    wrt.put("x", forward.leaf("x").orElseThrow());
    Map<Node, Node> gradients = Gradients.of(forward.output("loss"), wrt.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    wrt.forEach((name, node) -> outputs.put("gradient." + name, gradients.get(node)));
    return Rewrites.simplify(forward.with(outputs));
  }
}
