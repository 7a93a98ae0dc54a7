package dev.tandem.model;

import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Layers;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-stitch networks (Misra et al., CVPR 2016): one column of layers per task; after every layer
 * each task reads a trained combination of all columns. Parameters {@code column.k.l.*}, {@code
 * stitch.l.A [K,K]} or {@code [K,K,w]}.
 */
@Doc("A column of layers per task, linearly combined after every layer.")
public record CrossStitch(
    @Doc("Widths of the columns' layers.") @Default("[128, 64]") @Range(min = 1)
        List<Integer> units,
    @Doc("One coefficient per unit instead of one per pair of tasks.") @Default("false")
        boolean perChannel,
    @Doc("Start of the diagonal; the rest of 1 is spread over the other tasks.")
        @Default("0.9")
        @Range(min = 0, max = 1)
        double own)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    int n = tasks.size();
    List<Node> x = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      x.add(in.of(k).flat());
    }
    for (int l = 0; l < units.size(); l++) {
      int w = units.get(l);
      List<Node> h = new ArrayList<>();
      for (int k = 0; k < n; k++) {
        h.add(relu(Layers.dense(scope.at("column", k, l), x.get(k), w)));
      }
      Node a = stitch(scope.at("stitch", l), n, w);
      x = new ArrayList<>();
      for (int k = 0; k < n; k++) {
        Node row = pick(a, 0, k);
        List<Node> parts = new ArrayList<>();
        for (int j = 0; j < n; j++) {
          parts.add(mul(h.get(j), pick(row, 0, j)));
        }
        x.add(Nodes.add(parts));
      }
    }
    return x;
  }

  private Node stitch(Scope scope, int n, int w) {
    int copies = perChannel ? w : 1;
    List<Double> start = new ArrayList<>();
    for (int i = 0; i < n * n * copies; i++) {
      int row = i / copies / n;
      int column = i / copies % n;
      start.add(n == 1 ? 1 : row == column ? own : (1 - own) / (n - 1));
    }
    int[] shape = perChannel ? new int[] {n, n, w} : new int[] {n, n};
    return scope.parameter("A", new Init.Values(start), Role.BIAS, shape);
  }
}
