package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.feature.FittedTable;
import dev.tandem.graph.Graph;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Softmax;
import dev.tandem.graph.Sum;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Dephn;
import dev.tandem.model.Independent;
import dev.tandem.model.Mmoe;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
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

  /** Gates and towers of all tasks read the same input, side by side; each is one task's own. */
  @Test
  void whatOneLossReadsIsNotShared() {
    List<String> shared =
        TrainingGraph.shared(blueprint(Synthetic.read("{experts: 2}", Mmoe.class))).stream()
            .map(Parameter::name)
            .toList();
    assertThat(shared).contains("expert.0.0.W", "expert.1.0.b");
    assertThat(shared).noneMatch(name -> name.startsWith("gate") || name.startsWith("tower"));
    List<String> bottom =
        TrainingGraph.shared(blueprint(Synthetic.read("{}", SharedBottom.class))).stream()
            .map(Parameter::name)
            .toList();
    assertThat(bottom).isNotEmpty().noneMatch(name -> name.startsWith("tower"));
  }

  private static Graph dephn() {
    return TrainingGraph.of(blueprint(Synthetic.read("{}", Dephn.class)), List.of());
  }

  private static Blueprint blueprint(Body body) {
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
            body,
            Mlp.of(body.givesLogits() ? List.of() : List.of(8)),
            new Independent());
    return new Blueprint(
        layout,
        names.stream().map(n -> new FittedTable(n, 9, DIM)).toList(),
        List.of(Task.binary("click", "click"), Task.binary("like", "like")),
        Map.of(),
        model);
  }
}
