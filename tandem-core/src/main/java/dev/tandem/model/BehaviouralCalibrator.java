package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * AITM's behavioural expectation calibrator (Xi et al., KDD 2021): independent losses plus {@code
 * weight · mean Σ_k max(p_k - p_{k-1}, 0)}: a later behaviour should not be likelier than the one
 * before it. Probe {@code calibrator}.
 */
@Doc("Independent losses, and a price for a later task being likelier than the one before it.")
public record BehaviouralCalibrator(
    @Doc("Weight of the calibrator in the loss.") @Default("0.6") @Range(min = 0) double weight)
    implements Head {

  @Override
  public Map<String, Node> predictions(Scope scope, List<Node> logits, List<Task> tasks) {
    return new Independent().predictions(scope, logits, tasks);
  }

  @Override
  public boolean weighsTasks() {
    return true;
  }

  @Override
  public boolean ordersTasks() {
    return true;
  }

  @Override
  public JointLoss loss(Scope scope, List<Node> logits, Targets targets, List<Task> tasks) {
    JointLoss plain = new Independent().loss(scope, logits, targets, tasks);
    List<Node> excess = new ArrayList<>();
    for (int k = 1; k < tasks.size(); k++) {
      excess.add(relu(sub(sigmoid(logits.get(k)), sigmoid(logits.get(k - 1)))));
    }
    if (excess.isEmpty()) {
      return plain;
    }
    Node calibrator = sum(mul(targets.rowWeight(), Nodes.add(excess)));
    scope.probe("calibrator", calibrator);
    return new JointLoss(plain.tasks(), add(plain.total(), scale(calibrator, weight)));
  }
}
