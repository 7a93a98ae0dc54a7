package dev.tandem.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Cost;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.model.BlockName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCardTest {

  /** Two experts, mixed by a gate, under a tower. */
  private static Graph graph() {
    Scope scope = Scope.root(false);
    Node x = scope.input("fields", Shape.batch(8));
    Node first = Layers.dense(scope.at("expert", 0).at(0), x, 4);
    Node second = Layers.dense(scope.at("expert", 1).at(0), x, 4);
    Node gate = Nodes.softmax(Layers.dense(scope.at("gate", 0), x, 2));
    Node mixed =
        Nodes.add(
            Nodes.mul(Nodes.slice(gate, -1, 0, 1), first),
            Nodes.mul(Nodes.slice(gate, -1, 1, 2), second));
    return new Graph(Map.of("prediction.a", Layers.dense(scope.at("tower", 0).at(0), mixed, 1)));
  }

  @Test
  void blocksReadOnlyEarlierOnesAndAddUp() {
    Graph graph = graph();
    ModelCard card = ModelCard.of(graph, 7);
    Cost cost = Cost.of(graph, Map.of());
    List<ModelCard.Block> blocks = card.blocks();

    assertThat(blocks)
        .extracting(ModelCard.Block::name)
        .containsExactlyInAnyOrder(
            "fields", "expert.0", "expert.1", "gate.0", "gate.0 mix", "tower.0", "prediction.a");
    assertThat(blocks.stream().mapToLong(ModelCard.Block::parameters).sum())
        .isEqualTo(cost.parameters());
    assertThat(blocks.stream().mapToLong(ModelCard.Block::flops).sum())
        .isEqualTo(cost.flopsPerRow() + cost.flopsPerRun());
    for (int i = 0; i < blocks.size(); i++) {
      int at = i;
      assertThat(blocks.get(i).inputs()).allSatisfy(k -> assertThat(k).isBetween(0, at - 1));
    }
  }

  @Test
  void blocksHaveTheNameOfTheirExpertGateOrTower() {
    assertThat(BlockName.of("level.0.task.1.expert.0.0.W")).isEqualTo("level.0.task.1.expert.0");
    assertThat(BlockName.of("level.0.shared.gate.W")).isEqualTo("level.0.shared.gate");
    assertThat(BlockName.of("tower.2.1.b")).isEqualTo("tower.2");
    assertThat(BlockName.of("expert.3.0.W")).isEqualTo("expert.3");
    assertThat(BlockName.of("pub.2.W.1")).isEqualTo("pub.2");
    assertThat(BlockName.of("pri.0.1.alpha.0")).isEqualTo("pri.0.1");
    assertThat(BlockName.of("pri.0.1.P")).isEqualTo("pri.0.1");
    assertThat(BlockName.of("tim.layer.0.WQ")).isEqualTo("tim.layer.0");
    assertThat(BlockName.of("tim.pos.1")).isEqualTo("tim.pos");
  }
}
