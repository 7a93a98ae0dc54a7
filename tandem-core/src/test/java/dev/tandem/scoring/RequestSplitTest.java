package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Concat;
import dev.tandem.graph.Cost;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.RequestSplit;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Slice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on the request alone is computed once, and the candidates' scores stay. */
class RequestSplitTest {

  static List<ModelSamples.Sample> models() {
    return ModelSamples.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void scoresStayAndCostLess(ModelSamples.Sample sample) {
    Graph scoring = sample.graph().select(name -> name.startsWith("prediction."));
    Folded whole = Folded.of(scoring, ModelSamples.parameters(scoring, 4));
    Graph graph = whole.graph();
    Map<String, boolean[]> perRequest = BatchScorer.perRequest(graph, sample.layout());
    RequestSplit split = RequestSplit.of(graph, perRequest);
    assertThat(split.request().outputs()).isNotEmpty();

    Map<String, Tensor> full = new HashMap<>(whole.parameters());
    Map<String, Tensor> once = new HashMap<>(whole.parameters());
    Map<String, Tensor> each = new HashMap<>(whole.parameters());
    ModelSamples.inputs(graph, 5, 4, 8)
        .forEach(
            (name, value) -> {
              boolean[] columns = perRequest.getOrDefault(name, new boolean[0]);
              boolean all = columns.length > 0 && allTrue(columns);
              if (name.startsWith("position.")) {
                full.put(name, value);
                once.put(name, value);
                each.put(name, value);
                return;
              }
              Tensor alike = alike(value, columns, all);
              full.put(name, alike);
              once.put(name, columns(alike, columns, all, true));
              each.put(name, columns(alike, columns, all, false));
            });
    each.putAll(Reference.run(split.request(), once));
    Map<String, Tensor> expected = Reference.run(graph, full);
    Map<String, Tensor> found = Reference.run(split.candidate(), each);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> {
          for (int i = 0; i < value.data().length; i++) {
            assertThat(found.get(name).data()[i]).isCloseTo(value.data()[i], within(1e-12));
          }
        });

    // what is left of the weights is computed once for all requests
    Folded request = Folded.of(split.request(), whole.parameters());
    Folded candidate = Folded.of(split.candidate(), whole.parameters());
    Map<String, Integer> lengths = Map.of("L.history", 4);
    long before = Cost.of(graph, lengths).flopsPerRow();
    long after =
        Cost.of(request.graph(), lengths).flopsPerRun() / 500
            + Cost.of(candidate.graph(), lengths).flopsPerRow();
    // a sum of a few numbers is no cheaper in two halves, anything else is
    boolean sums = sample.name().startsWith("interaction lr");
    long most = sums ? before + 1 : before;
    if (Cost.of(request.graph(), lengths).flopsPerRun() == 0) {
      // a network that mixes all fields at once: the user's are only laid beside the others
      most +=
          1 + split.request().outputs().values().stream().mapToLong(RequestSplitTest::size).sum();
    }
    assertThat(after).isLessThan(most);
  }

  private static long size(Node node) {
    return node.shape().count().size();
  }

  private static boolean allTrue(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  private static Tensor alike(Tensor value, boolean[] columns, boolean all) {
    double[] x = value.data().clone();
    int row = x.length / value.shape()[0];
    for (int i = row; i < x.length; i++) {
      if (all || (columns.length > 0 && columns[i % row])) {
        x[i] = x[i % row];
      }
    }
    return new Tensor(x, value.shape());
  }

  private static Tensor columns(Tensor value, boolean[] columns, boolean all, boolean request) {
    int[] shape = value.shape().clone();
    int rows = request ? 1 : shape[0];
    int row = value.data().length / shape[0];
    shape[0] = rows;
    if (all || columns.length == 0) {
      return new Tensor(Arrays.copyOf(value.data(), rows * row), shape);
    }
    int width = 0;
    for (boolean column : columns) {
      width += column == request ? 1 : 0;
    }
    shape[1] = width;
    double[] x = new double[rows * width];
    int at = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns.length; c++) {
        if (columns[c] == request) {
          x[at++] = value.data()[r * row + c];
        }
      }
    }
    return new Tensor(x, shape);
  }

  @Test
  void whatMixesRowsIsLeftWhole() {
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(3));
    Graph graph = new Graph(Map.of("y", Nodes.sub(x, Nodes.mean(x, true, 0))));
    RequestSplit split = RequestSplit.of(graph, Map.of("x", new boolean[] {true, false, true}));
    assertThat(split.request().outputs()).isEmpty();
    assertThat(split.candidate()).isSameAs(graph);
  }

  /** Encoded rows through tables: whole rows and as candidates of one request. */
  @ParameterizedTest
  @MethodSource("models")
  void rankingEqualsScoringWholeRows(ModelSamples.Sample sample) {
    Graph graph = sample.graph().select(name -> name.startsWith("prediction."));
    Map<String, RowTable> tables = EncodedSamples.tables(graph, sample.layout());
    BatchScorer scorer =
        BatchScorer.of(
            graph, ModelSamples.floats(ModelSamples.parameters(graph, 4)), sample.layout(), tables);
    for (int rows : new int[] {0, 1, 150}) {
      Batch user = EncodedSamples.batch(sample.layout(), 1, 1);
      Batch items = EncodedSamples.batch(sample.layout(), rows, 2);
      Batch both = EncodedSamples.both(sample.layout(), user, items);
      float[][] ranked = new float[scorer.outputs().size()][rows];
      float[][] scored = new float[scorer.outputs().size()][rows];
      scorer.rank(user, items, ranked);
      scorer.score(both, scored);
      for (int k = 0; k < ranked.length; k++) {
        for (int r = 0; r < rows; r++) {
          assertThat(ranked[k][r]).isCloseTo(scored[k][r], within(1e-6f));
          assertThat(scored[k][r]).isBetween(0f, 1f);
        }
      }
    }
  }

  @Test
  void columnsThatStayTogetherAreNotCut() {
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(4));
    Node w = scope.parameter("w", Init.ZEROS, Parameter.Role.WEIGHT, 4, 2);
    Graph graph = new Graph(Map.of("y", Nodes.matmul(x, w)));
    boolean[] columns = {true, false, true, false};
    RequestSplit split = RequestSplit.of(graph, Map.of("x", columns));
    Tensor weights = new Tensor(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
    Graph candidate = Folded.of(split.candidate(), Map.of("w", weights)).graph();
    assertThat(candidate.nodes())
        .noneMatch(n -> n.op() instanceof Concat || n.op() instanceof Slice);
  }
}
