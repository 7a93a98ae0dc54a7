package dev.tandem.model;

import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.slice;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.square;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Sluice networks (Ruder et al., AAAI 2019): every layer of a task's column is two subspaces; α
 * mixes the subspaces of all tasks after each layer, β mixes a task's layers for its tower, and the
 * two subspaces of a layer are kept orthogonal. Parameters {@code column.k.l.*}, {@code alpha.l
 * [2K,2K]}, {@code beta [K,L]}.
 */
@Doc("Columns of two subspaces per task, mixed after every layer.")
public record Sluice(
    @Doc("Number of layers, all of one width.") @Default("2") @Range(min = 1) int layers,
    @Doc("Width of every layer, even.") @Default("64") @Range(min = 2) int width,
    @Doc("Weight of the orthogonality of the subspaces in the loss.")
        @Default("0.01")
        @Range(min = 0)
        double lambda,
    @Doc("What α's start gives away from the diagonal.") @Default("0.2") @Range(min = 0, max = 1)
        double epsilon,
    @Doc("Whether β passes through a softmax.") @Default("false") boolean normalise)
    implements Body {
  public Sluice {
    if (width % 2 != 0) {
      throw new IllegalArgumentException(
          "model.body.width: " + width + " is odd; two subspaces need an even width");
    }
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    int n = tasks.size();
    List<List<Node>> outputs = new ArrayList<>();
    List<Node> x = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      x.add(in.of(k).flat());
      outputs.add(new ArrayList<>());
    }
    for (int l = 0; l < layers; l++) {
      x = mixed(scope, l, column(scope, l, x));
      for (int k = 0; k < n; k++) {
        outputs.get(k).add(x.get(k));
      }
    }
    List<Double> start = java.util.Collections.nCopies(n * layers, 1.0 / layers);
    Node beta = scope.parameter("beta", new Init.Values(start), Role.BIAS, n, layers);
    beta = normalise ? softmax(beta) : beta;
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      Node row = pick(beta, 0, k);
      List<Node> parts = new ArrayList<>();
      for (int l = 0; l < layers; l++) {
        parts.add(mul(outputs.get(k).get(l), pick(row, 0, l)));
      }
      h.add(Nodes.add(parts));
    }
    return h;
  }

  private List<Node> column(Scope scope, int l, List<Node> x) {
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < x.size(); k++) {
      Scope layer = scope.at("column", k, l);
      Node w = layer.glorot("W", x.get(k).width(), width);
      h.add(relu(Nodes.add(matmul(x.get(k), w), layer.bias("b", width))));
      Node cross = matmul(slice(w, 1, 0, width / 2), slice(w, 1, width / 2, width), true, false);
      layer.penalty("orthogonality", scale(sum(square(cross)), lambda));
    }
    return h;
  }

  private List<Node> mixed(Scope scope, int l, List<Node> h) {
    int n = h.size();
    int half = width / 2;
    List<Node> subspaces = new ArrayList<>();
    for (Node x : h) {
      subspaces.add(slice(x, -1, 0, half));
      subspaces.add(slice(x, -1, half, width));
    }
    List<Double> start = new ArrayList<>();
    for (int i = 0; i < 4 * n * n; i++) {
      boolean diagonal = i / (2 * n) == i % (2 * n);
      start.add(diagonal ? 1 - epsilon : epsilon / (2 * n - 1));
    }
    Node alpha = scope.parameter("alpha." + l, new Init.Values(start), Role.BIAS, 2 * n, 2 * n);
    List<Node> mixed = new ArrayList<>();
    for (int i = 0; i < 2 * n; i++) {
      Node row = pick(alpha, 0, i);
      List<Node> parts = new ArrayList<>();
      for (int j = 0; j < 2 * n; j++) {
        parts.add(mul(subspaces.get(j), pick(row, 0, j)));
      }
      mixed.add(Nodes.add(parts));
    }
    List<Node> joined = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      joined.add(concat(mixed.get(2 * k), mixed.get(2 * k + 1)));
    }
    return joined;
  }
}
