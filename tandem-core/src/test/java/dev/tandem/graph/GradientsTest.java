package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static final Node X = Node.of(new Input("x", Shape.of(2, 4), Input.Noise.NONE));

  /** The gradient of Σ factor · sum(slice), element by element. */
  private static double[] gradient(Node loss) {
    Graph graph = new Graph(Map.of("g", Gradients.of(loss, List.of(X)).get(X)));
    Tensor x = new Tensor(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
    return Reference.run(graph, Map.of("x", x)).get("g").data();
  }

  private static Node part(int axis, long start, long end, double factor) {
    return Nodes.scale(Nodes.sum(Nodes.slice(X, axis, start, end)), factor);
  }

  @Test
  void slicesThatLeaveGaps() {
    Node loss = Nodes.add(part(1, 3, 4, 2), part(1, 0, 1, 5));
    assertThat(gradient(loss)).containsExactly(5, 0, 0, 2, 5, 0, 0, 2);
  }

  @Test
  void slicesThatOverlapOrRepeat() {
    Node twice = part(1, 1, 3, 1);
    Node loss = Nodes.add(List.of(twice, twice, part(1, 2, 4, 10), part(1, 1, 3, 100)));
    assertThat(gradient(loss)).containsExactly(0, 102, 112, 10, 0, 102, 112, 10);
  }

  @Test
  void slicesOfBothAxesAndTheWhole() {
    Node whole = Nodes.scale(Nodes.sum(X), 1000);
    Node loss = Nodes.add(List.of(part(0, 1, 2, 1), part(1, 0, 2, 10), whole));
    assertThat(gradient(loss)).containsExactly(1010, 1010, 1000, 1000, 1011, 1011, 1001, 1001);
  }

  @Test
  void disjointSlicesTakeOneConcatenation() {
    Node loss = Nodes.add(List.of(part(1, 0, 1, 1), part(1, 1, 2, 2), part(1, 2, 4, 3)));
    Graph graph = new Graph(Map.of("g", Gradients.of(loss, List.of(X)).get(X)));
    assertThat(graph.nodes().stream().filter(n -> n.op() instanceof Concat)).hasSize(1);
    assertThat(gradient(loss)).containsExactly(1, 2, 3, 3, 1, 2, 3, 3);
  }
}
