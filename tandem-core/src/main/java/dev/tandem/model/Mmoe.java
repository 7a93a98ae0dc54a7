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
 * Multi-gate mixture of experts (Ma et al., KDD 2018): {@code h_k = Σ_i softmax(xG_k)_i · f_i(x)}.
 * Under a task-specific bottom the same experts are applied to each task's input. Parameters {@code
 * expert.i.l.*}, {@code gate.k.*}; probes {@code gate.k.weights}.
 *
 * @param experts number of experts
 * @param expertUnits layers of each
 * @param expert an interaction in place of the dense layers
 * @param gate the tasks' gates
 * @param sharedExpertInput what the experts read when every task has an input of its own
 */
@Doc("Experts shared by all tasks, one gate per task.")
public record Mmoe(
    @Doc("Number of experts.") @Default("4") @Range(min = 1) int experts,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("An interaction as expert, in place of dense layers.") Optional<Interaction> expert,
    @Doc("The tasks' gates.") @Default("{}") Gate gate,
    @Doc(
            "What the experts read under a task-specific bottom: each task's input, or their mean once.")
        @Default("per_task")
        Ple.SharedExpertInput sharedExpertInput)
    implements Body {

  /** Experts of dense layers. */
  public static Mmoe of(int experts, Mlp expertUnits, Gate gate) {
    return new Mmoe(experts, expertUnits, Optional.empty(), gate, Ple.SharedExpertInput.PER_TASK);
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    boolean perTask = in.isTaskSpecific() && sharedExpertInput == Ple.SharedExpertInput.PER_TASK;
    List<Node> outputs = List.of(); // each [B,H]
    for (int k = 0; k < tasks.size(); k++) {
      Features x = in.of(k);
      if (outputs.isEmpty() || perTask) {
        Features read = perTask ? x : in.shared();
        outputs = new Experts(expertUnits, expert).all(scope, read, experts);
      }
      h.add(mix(gate.build(scope.at("gate", k), x.flat(), experts), outputs));
    }
    return h;
  }
}
