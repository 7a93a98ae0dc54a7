package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Graph;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Softmax;
import dev.tandem.graph.Sum;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Dephn;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a step of DEPHN computes: each value once, the wide ones of the attention few times. */
class TrainingGraphTest {
  private static final int FIELDS = 6;
  private static final int DIM = 4;
  private static final Graph DEPHN = dephn();

  @Test
  void whatSeveralExpertsReadHasOneGradient() {
    long sums = DEPHN.nodes().stream().filter(n -> sumsRows(n, Shape.of(FIELDS, DIM))).count();
    assertThat(sums).as("one sum over the rows for each of three selection gates").isEqualTo(3);
  }

  private static boolean sumsRows(Node node, Shape to) {
    return node.op() instanceof Sum && node.shape().equals(to);
  }

  @Test
  void theAttentionHoldsItsWeightsFourTimesAtMost() {
    Shape wide =
        DEPHN.nodes().stream()
            .filter(n -> n.op() instanceof Softmax && n.shape().rank() == 3)
            .map(Node::shape)
            .findFirst()
            .orElseThrow();
    List<Node> all = DEPHN.nodes().stream().filter(n -> n.shape().equals(wide)).toList();
    assertThat(all).as("scores, weights, and their gradients").hasSize(4);
    assertThat(all).filteredOn(n -> n.op() instanceof MatMul).hasSize(2);
  }

  private static Graph dephn() {
    List<String> names = IntStream.range(0, FIELDS).mapToObj(f -> "f" + f).toList();
    InputLayout layout =
        new InputLayout(
            names.stream()
                .map(n -> new FieldSlot(n, n, DIM, Pooling.NONE, false, Side.UNKNOWN))
                .toList(),
            List.of(),
            List.of(),
            List.of());
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(),
            Synthetic.read("{}", Dephn.class),
            Mlp.of(List.of()),
            new Independent());
    return TrainingGraph.of(
        new Blueprint(
            layout,
            names.stream().map(n -> new FittedTable(n, 9, DIM)).toList(),
            List.of(Task.binary("click", "click"), Task.binary("like", "like")),
            Map.of(),
            model),
        List.of());
  }
}
