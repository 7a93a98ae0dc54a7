package dev.tandem.model;

import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.loss.Losses;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every task for itself: L = Σ ω_k L_k over the rows where task k's label is observed (PLE paper,
 * section 4.3).
 */
@Doc("Every task has its own logit and loss.")
public record Independent() implements Head {

  @Override
  public Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks) {
    return Funnel.predictions(logits, tasks, products(tasks));
  }

  @Override
  public boolean weighsTasks() {
    return true;
  }

  @Override
  public JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks) {
    List<Node> losses = new ArrayList<>();
    List<Node> weighted = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Node loss =
          sum(mul(targets.weight(k), rowLoss(logits.get(k), targets.label(k), tasks.get(k))));
      losses.add(loss);
      weighted.add(mul(targets.omega(k), loss));
    }
    return new JointLoss(losses, Nodes.add(weighted));
  }

  static Node prediction(Node logit, Task task) {
    return switch (task.kind()) {
      case BINARY -> Nodes.sigmoid(logit);
      case REGRESSION -> logit;
      case MULTICLASS -> Nodes.softmax(logit);
    };
  }

  static Node rowLoss(Node logit, Node label, Task task) {
    return switch (task.kind()) {
      case BINARY -> Losses.binary(logit, label);
      case REGRESSION -> Losses.squared(logit, label);
      case MULTICLASS -> Losses.multiclass(logit, label);
    };
  }
}
