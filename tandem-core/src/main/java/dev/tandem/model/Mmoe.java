package dev.tandem.model;

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
 * Multi-gate mixture of experts (Ma et al., KDD 2018): {@code h_k = Σ_i softmax(xG_k)_i · f_i(x)}.
 * Parameters {@code expert.i.l.*}, {@code gate.k.*}.
 */
@Doc("Experts shared by all tasks, one gate per task.")
public record Mmoe(
    @Doc("Number of experts.") @Default("4") @Range(min = 1) int experts,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("The tasks' gates.") @Default("{}") Gate gate)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    List<Node> shared = List.of();
    for (int k = 0; k < tasks.size(); k++) {
      Node x = in.of(k).flat();
      List<Node> outputs =
          shared.isEmpty() || in.isTaskSpecific() ? experts(scope, x) : shared; // each [B,H]
      shared = outputs;
      h.add(mix(gate.build(scope.at("gate", k), x, experts), outputs));
    }
    return h;
  }

  private List<Node> experts(Scope scope, Node x) {
    List<Node> outputs = new ArrayList<>();
    for (int i = 0; i < experts; i++) {
      outputs.add(expertUnits.build(scope.at("expert", i), x));
    }
    return outputs;
  }
}
