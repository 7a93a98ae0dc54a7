package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.List;
import java.util.Optional;

/**
 * Customized gate control (Tang et al., RecSys 2020, section 4.1): {@link Ple} of one level, with
 * its parameters and probes ({@code level.0.…}).
 *
 * @param taskExperts experts of each task: one number for all tasks, or one per task
 * @param sharedExperts shared experts
 * @param expertUnits layers of every expert
 * @param expert an interaction in place of the dense layers
 * @param gate the tasks' gates
 * @param gateInput what a gate reads
 * @param sharedExpertInput what the shared experts read for a task under a task-specific bottom
 */
@Doc("Task-specific and shared experts, one gate per task over its own and the shared.")
public record Cgc(
    @Doc("Experts of each task: one number, or one per task.") @Default("[2]") @Range(min = 0)
        List<Integer> taskExperts,
    @Doc("Shared experts.") @Default("2") @Range(min = 1) int sharedExperts,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("An interaction as expert, in place of dense layers.") Optional<Interaction> expert,
    @Doc("The gates.") @Default("{}") Gate gate,
    @Doc("What a gate reads: the input, or the outputs of the experts it selects.")
        @Default("layer_input")
        Ple.GateInput gateInput,
    @Doc("What the shared experts read under a task-specific bottom.") @Default("per_task")
        Ple.SharedExpertInput sharedExpertInput)
    implements Body {
  public Cgc {
    taskExperts = List.copyOf(taskExperts);
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    return new Ple(
            1,
            taskExperts,
            sharedExperts,
            expertUnits,
            List.of(),
            expert,
            gate,
            gateInput,
            Ple.SharedGate.ALL_EXPERTS,
            sharedExpertInput)
        .build(scope, in, tasks);
  }
}
