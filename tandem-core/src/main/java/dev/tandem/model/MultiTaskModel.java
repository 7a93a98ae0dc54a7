package dev.tandem.model;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Layers;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole model: four independent choices, wired.
 *
 * @param bottom what each task sees
 * @param body how tasks share
 * @param towers hidden layers of each task's tower (parameters {@code tower.k.l.*}); the last layer
 *     to the logit is added
 * @param head how logits relate
 */
public record MultiTaskModel(Bottom bottom, Body body, Mlp towers, Head head) {

  /**
   * The graph of a scoring pass: outputs {@code prediction.NAME} for every task and product, {@code
   * logit.TASK}, and {@code probe.NAME}.
   */
  public Graph scoring(InputLayout layout, List<Task> tasks) {
    Scope scope = Scope.root(false);
    Map<String, Node> outputs = new LinkedHashMap<>();
    forward(scope, bottom.build(scope, layout, served(tasks)), tasks, outputs);
    probes(scope, outputs);
    return new Graph(outputs);
  }

  /**
   * The graph of a training pass over a chunk of a batch: the outputs of {@link #scoring} (with
   * dropout and the like), {@code loss} (what is minimised, penalties included), {@code loss.TASK},
   * {@code penalty.NAME}, {@code measure.NAME} and {@code update.STATE}.
   */
  public Graph training(InputLayout layout, List<Task> tasks) {
    Scope scope = Scope.root(true);
    Graph graph = training(scope, bottom.build(scope, layout, served(tasks)), tasks);
    checkRead(layout, graph);
    return graph;
  }

  /** Refuses a field that has nothing but a first-order weight, where the model has none. */
  private static void checkRead(InputLayout layout, Graph graph) {
    if (graph.leaf("linear").isPresent()) {
      return;
    }
    for (FieldSlot field : layout.fields()) {
      if (!field.isEmbedded()) {
        throw new IllegalArgumentException(
            "features.crosses.%s.dim: found 0, a first-order weight alone, and the model has none; allowed: at least 1, or a network that has them (lr, fm, deep_fm, wide_deep, nfm, xdeep_fm)"
                .formatted(field.name()));
      }
    }
  }

  /** {@link #training(InputLayout, List)} over a representation that is already there. */
  public Graph training(Scope scope, Representation in, List<Task> tasks) {
    Map<String, Node> outputs = new LinkedHashMap<>();
    List<Node> logits = forward(scope, in, tasks, outputs);
    Targets targets = Targets.inputs(scope, tasks);
    JointLoss loss = head.loss(scope, logits, targets, tasks);
    Node total = loss.total();
    for (Map.Entry<String, Node> penalty : scope.penalties().entrySet()) {
      Node share = Nodes.mul(targets.share(), penalty.getValue());
      outputs.put("penalty." + penalty.getKey(), share);
      total = Nodes.add(total, share);
    }
    outputs.put("loss", total);
    for (int k = 0; k < tasks.size(); k++) {
      outputs.put("loss." + tasks.get(k).name(), loss.tasks().get(k));
    }
    probes(scope, outputs);
    scope.measures().forEach((name, value) -> outputs.put("measure." + name, value));
    scope.updates().forEach((state, next) -> outputs.put("update." + state, next));
    return new Graph(outputs);
  }

  private List<Node> forward(
      Scope scope, Representation in, List<Task> tasks, Map<String, Node> outputs) {
    List<Node> logits = logits(scope, in, served(tasks));
    head.predictions(scope, logits, tasks)
        .forEach((name, p) -> outputs.put("prediction." + name, p));
    for (int k = 0; k < tasks.size(); k++) {
      outputs.put("logit." + tasks.get(k).name(), logits.get(k));
    }
    return logits;
  }

  private static void probes(Scope scope, Map<String, Node> outputs) {
    scope.probes().forEach((name, value) -> outputs.put("probe." + name, value));
  }

  /**
   * The tasks that bottom, body and towers serve: the declared ones, then those that the head needs
   * beside them.
   */
  private List<Task> served(List<Task> tasks) {
    List<Task> all = new ArrayList<>(tasks);
    all.addAll(head.auxiliary(tasks));
    return all;
  }

  private List<Node> logits(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = body.build(scope, in, tasks);
    if (body.givesLogits()) {
      return h;
    }
    List<Node> logits = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Scope tower = scope.at("tower", k);
      Node top = towers.build(tower, h.get(k));
      logits.add(Layers.dense(tower.at(towers.units().size()), top, tasks.get(k).outputs()));
    }
    return logits;
  }
}
