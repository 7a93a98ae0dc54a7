package dev.tandem.model;

import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Layers;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Adaptive information transfer for sequentially dependent tasks (Xi et al., KDD 2021): task k
 * attends to what task k-1 passes on and to its own bottom. The order of the tasks is the order of
 * the behaviours. Parameters {@code bottom.k.l.*}, {@code info.k.*}, {@code ait.k.V}, {@code K},
 * {@code Q}; probe {@code ait.k.weights} (passed on, own).
 */
@Doc("Each task attends to what the task before it passes on.")
public record Aitm(
    @Doc("Layers of every task's bottom.") @Default("[128, 64]") Mlp units,
    @Doc("Dropout of what is passed on, in training.") @Default("0") @Range(min = 0, max = 0.95)
        double dropout)
    implements Body {

  @Override
  public Head defaultHead() {
    return new BehaviouralCalibrator(0.6);
  }

  @Override
  public boolean ordersTasks() {
    return true;
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> z = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Node own = units.build(scope.at("bottom", k), in.of(k).flat());
      if (k == 0) {
        z.add(own);
        continue;
      }
      Scope info = scope.at("info", k);
      Node passed = relu(Layers.dense(info, z.get(k - 1), own.width()));
      z.add(transfer(scope.at("ait", k), Layers.dropout(info, passed, dropout), own));
    }
    return z;
  }

  /** Each of the two against itself, ⟨uK, uQ⟩/√w; softmax over the two weighs their values. */
  private static Node transfer(Scope scope, Node passed, Node own) {
    int w = own.width();
    Node v = scope.glorot("V", w, w);
    Node k = scope.glorot("K", w, w);
    Node q = scope.glorot("Q", w, w);
    Node weights = softmax(concat(score(passed, k, q), score(own, k, q))); // [B,2]
    scope.probe("weights", weights);
    return Layers.mix(weights, List.of(matmul(passed, v), matmul(own, v)));
  }

  private static Node score(Node u, Node k, Node q) {
    return scale(sum(mul(matmul(u, k), matmul(u, q)), true, -1), 1 / Math.sqrt(u.width()));
  }
}
