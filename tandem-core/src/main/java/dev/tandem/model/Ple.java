package dev.tandem.model;

import static dev.tandem.layer.Layers.mix;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
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
 * Progressive layered extraction (Tang et al., RecSys 2020). On each level every task has its own
 * experts beside the shared ones; task k's gate selects its own and the shared experts, and below
 * the top a shared gate selects all of them (equations 1–6):
 *
 * <pre>
 *   h_k = softmax(h_k' G_k) · [E_k(h_k'), E_s(h_s')]
 *   h_s = softmax(h_s' G_s) · [E_1(h_1'), …, E_K(h_K'), E_s(h_s')]
 * </pre>
 *
 * with h' of the level below, and h' = x on the first. Under a task-specific bottom the first level
 * reads x_k in the place of h_k'. Parameters {@code level.j.task.k.expert.i.l.*}, {@code
 * level.j.task.k.gate.*}, {@code level.j.shared.expert.i.l.*}, {@code level.j.shared.gate.*};
 * probes {@code level.j.task.k.gate.weights} (own experts first) and {@code
 * level.j.shared.gate.weights}.
 *
 * @param levels number of levels
 * @param taskExperts experts of each task on each level: one number for all tasks, or one per task
 * @param sharedExperts shared experts of each level
 * @param expertUnits layers of every expert
 * @param levelUnits layers of the experts of each level, in place of {@code expertUnits}
 * @param expert an interaction in place of the dense layers of the first level; the levels above
 *     read plain vectors without fields
 * @param gate every gate
 * @param gateInput what a gate reads
 * @param sharedGate what the shared gates select
 * @param sharedExpertInput what the shared experts of the first level read for a task under a
 *     task-specific bottom
 */
@Doc("Levels of task-specific and shared experts, separated step by step.")
public record Ple(
    @Doc("Number of levels.") @Default("2") @Range(min = 1) int levels,
    @Doc("Experts of each task on each level: one number, or one per task.")
        @Default("[2]")
        @Range(min = 0)
        List<Integer> taskExperts,
    @Doc("Shared experts of each level.") @Default("2") @Range(min = 1) int sharedExperts,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("Layers of the experts of each level, in place of expert_units.") @Default("[]")
        List<Mlp> levelUnits,
    @Doc("An interaction as expert of the first level, in place of dense layers.")
        Optional<Interaction> expert,
    @Doc("The gates.") @Default("{}") Gate gate,
    @Doc("What a gate reads: the level's input, or the outputs of the experts it selects.")
        @Default("layer_input")
        GateInput gateInput,
    @Doc("What the shared gates below the top select.") @Default("all_experts")
        SharedGate sharedGate,
    @Doc("What shared experts of the first level read under a task-specific bottom.")
        @Default("per_task")
        SharedExpertInput sharedExpertInput)
    implements Body {

  /** What a gate reads. */
  public enum GateInput {
    /** The paper: the input of the gate's own level. */
    LAYER_INPUT,
    /** The outputs of the experts that the gate selects, side by side. */
    EXPERT_OUTPUTS
  }

  /** What the shared gates select. */
  public enum SharedGate {
    /** The paper: the experts of all tasks, and the shared ones. */
    ALL_EXPERTS,
    /** The shared ones alone, as in FuxiCTR. */
    SHARED_ONLY
  }

  /** What the shared experts of the first level read when every task has an input of its own. */
  public enum SharedExpertInput {
    /** Task k mixes in the shared experts of its own input: one pass per task. */
    PER_TASK,
    /** One pass over what the bottom gives as shared; for DTRN the mean of the tasks' inputs. */
    MEAN
  }

  public Ple {
    taskExperts = List.copyOf(taskExperts);
    levelUnits = List.copyOf(levelUnits);
    if (taskExperts.isEmpty()) {
      throw new IllegalArgumentException(
          "task_experts is empty; it takes one number for all tasks, or one per task");
    }
    if (!levelUnits.isEmpty() && levelUnits.size() != levels) {
      throw new IllegalArgumentException(
          "level_units is given for " + levelUnits.size() + " levels, but there are " + levels);
    }
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    if (taskExperts.size() > 1 && taskExperts.size() != tasks.size()) {
      throw new IllegalArgumentException(
          "task_experts is given for "
              + taskExperts.size()
              + " tasks, but there are "
              + tasks.size()
              + "; give one number for all tasks, or one per task");
    }
    Representation h = in;
    for (int j = 0; j < levels; j++) {
      h = level(scope.at("level", j), h, j, tasks.size());
    }
    return h.own().stream().map(Features::flat).toList();
  }

  private Representation level(Scope scope, Representation in, int j, int tasks) {
    Mlp units = levelUnits.isEmpty() ? expertUnits : levelUnits.get(j);
    Experts kind = new Experts(units, j == 0 ? expert : Optional.empty());
    boolean top = j == levels - 1;
    boolean perTask =
        j == 0 && in.isTaskSpecific() && sharedExpertInput == SharedExpertInput.PER_TASK;
    Scope common = scope.at("shared");
    List<Node> shared = List.of(); // of the shared input, each [B,w]
    if (!perTask || !top) {
      shared = kind.all(common, in.shared(), sharedExperts);
    }
    List<Node> all = new ArrayList<>();
    List<Features> own = new ArrayList<>();
    for (int k = 0; k < tasks; k++) {
      Scope task = scope.at("task", k);
      List<Node> selected = new ArrayList<>(kind.all(task, in.of(k), experts(k)));
      all.addAll(selected);
      selected.addAll(perTask ? kind.all(common, in.of(k), sharedExperts) : shared);
      own.add(fused(task, in.of(k), selected));
    }
    if (top) {
      return new Representation(in.shared(), own);
    }
    if (sharedGate == SharedGate.SHARED_ONLY) {
      all.clear();
    }
    all.addAll(shared);
    return new Representation(fused(common, in.shared(), all), own);
  }

  private int experts(int k) {
    return taskExperts.size() == 1 ? taskExperts.get(0) : taskExperts.get(k);
  }

  private Features fused(Scope scope, Features in, List<Node> selected) {
    Node read = gateInput == GateInput.LAYER_INPUT ? in.flat() : Nodes.concat(-1, selected);
    return Features.of(mix(gate.build(scope.at("gate"), read, selected.size()), selected));
  }
}
