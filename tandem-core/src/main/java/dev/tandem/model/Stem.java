package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.stopGradient;
import static dev.tandem.layer.Layers.mix;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * STEM-Net (Su et al., AAAI 2024): task experts on the task's own embeddings, shared experts on the
 * shared ones; every task's gate reads all of them, but other tasks' experts get no gradient from
 * it ("all forward, task-specific backward"). Meant over {@link StemEmbedding}. Parameters {@code
 * task.k.expert.i.l.*}, {@code shared.expert.i.l.*}, {@code gate.k.*}.
 */
@Doc("Experts of all tasks in every gate, gradients to the own and the shared ones alone.")
public record Stem(
    @Doc("Experts of each task.") @Default("1") @Range(min = 1) int taskExperts,
    @Doc("Shared experts.") @Default("4") @Range(min = 1) int sharedExperts,
    @Doc("Layers of each expert.") @Default("[128, 64]") Mlp expertUnits,
    @Doc("The gates.") @Default("{hidden: [64]}") Gate gate)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<List<Node>> own = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      own.add(experts(scope.at("task", k), in.of(k).flat(), taskExperts));
    }
    List<Node> shared = experts(scope.at("shared"), in.shared().flat(), sharedExperts);
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      List<Node> all = new ArrayList<>();
      for (int j = 0; j < tasks.size(); j++) {
        for (Node e : own.get(j)) {
          all.add(j == k ? e : stopGradient(e));
        }
      }
      all.addAll(shared);
      Node read = add(in.of(k).flat(), in.shared().flat());
      h.add(mix(gate.build(scope.at("gate", k), read, all.size()), all));
    }
    return h;
  }

  private List<Node> experts(Scope scope, Node x, int n) {
    List<Node> outputs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      outputs.add(expertUnits.build(scope.at("expert", i), x));
    }
    return outputs;
  }
}
