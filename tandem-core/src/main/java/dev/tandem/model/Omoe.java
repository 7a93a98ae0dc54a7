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
import java.util.Optional;

/**
 * Mixture of experts with one gate for all tasks (Ma et al., KDD 2018, section 3.2): {@code h = Σ_i
 * softmax(xG)_i · f_i(x)}. Under a task-specific bottom the same experts and gate are applied to
 * each task's input. Parameters {@code expert.i.l.*}, {@code gate.*}; probe {@code gate.weights},
 * or {@code task.k.gate.weights} under a task-specific bottom.
 *
 * @param experts number of experts
 * @param expertUnits layers of each
 * @param expert an interaction in place of the dense layers
 * @param gate the gate
 */
@Doc("Experts shared by all tasks, mixed by one gate for all tasks.")
public record Omoe(
    @Doc("Number of experts.") @Default("4") @Range(min = 1) int experts,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("An interaction as expert, in place of dense layers.") Optional<Interaction> expert,
    @Doc("The gate.") @Default("{}") Gate gate)
    implements Body {

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      if (k > 0 && !in.isTaskSpecific()) {
        h.add(h.get(0));
        continue;
      }
      Features x = in.of(k);
      Node weights = gate.weights(scope.at("gate"), x.flat(), experts); // [B,E]
      scope.probe((in.isTaskSpecific() ? "task." + k + "." : "") + "gate.weights", weights);
      h.add(mix(weights, new Experts(expertUnits, expert).all(scope, x, experts)));
    }
    return h;
  }
}
