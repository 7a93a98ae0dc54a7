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
 * MMoE of several levels (baseline of the PLE paper, RecSys 2020, section 3.3): expert i of a level
 * reads its own mixture of the experts below, every gate reads the raw input, and the top level has
 * one gate per task. One level is {@link Mmoe}. Under a task-specific bottom all levels are applied
 * to each task's input. Parameters {@code level.j.expert.i.l.*}, {@code level.j.gate.i.*}; probes
 * {@code level.j.gate.i.weights}, under a task-specific bottom {@code task.k.level.j.…}.
 *
 * @param levels number of experts of each level, the lowest first
 * @param expertUnits layers of every expert
 * @param expert an interaction in place of the dense layers of the lowest level; the levels above
 *     read plain vectors without fields
 * @param gate every gate
 */
@Doc("Levels of shared experts; every gate reads the raw input.")
public record MlMmoe(
    @Doc("Number of experts of each level, the lowest first.") @Default("[4, 4]") @Range(min = 1)
        List<Integer> levels,
    @Doc("Layers of each expert.") @Default("[64]") Mlp expertUnits,
    @Doc("An interaction as expert of the lowest level, in place of dense layers.")
        Optional<Interaction> expert,
    @Doc("The gates.") @Default("{}") Gate gate)
    implements Body {
  public MlMmoe {
    levels = List.copyOf(levels);
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("levels is empty; it takes a number of experts per level");
    }
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    List<Node> h = new ArrayList<>();
    if (in.isTaskSpecific()) {
      for (int k = 0; k < tasks.size(); k++) {
        h.add(top(scope, in.of(k), List.of(k), "task." + k + ".").get(0));
      }
      return h;
    }
    return top(scope, in.shared(), range(tasks.size()), "");
  }

  /** What the tasks {@code wanted} read above an input; {@code prefix} of the probes' names. */
  private List<Node> top(Scope scope, Features x, List<Integer> wanted, String prefix) {
    List<Features> inputs = List.of();
    List<Node> mixtures = List.of();
    for (int j = 0; j < levels.size(); j++) {
      Scope level = scope.at("level", j);
      Experts kind = new Experts(expertUnits, j == 0 ? expert : Optional.empty());
      List<Node> outputs = new ArrayList<>(); // each [B,H]
      for (int i = 0; i < levels.get(j); i++) {
        outputs.add(kind.one(level.at("expert", i), j == 0 ? x : inputs.get(i)));
      }
      List<Integer> gates = j == levels.size() - 1 ? wanted : range(levels.get(j + 1));
      mixtures = new ArrayList<>();
      for (int i : gates) {
        Node weights = gate.weights(level.at("gate", i), x.flat(), levels.get(j)); // [B,E_j]
        scope.probe(prefix + "level." + j + ".gate." + i + ".weights", weights);
        mixtures.add(mix(weights, outputs));
      }
      inputs = mixtures.stream().map(Features::of).toList();
    }
    return mixtures;
  }

  private static List<Integer> range(int n) {
    return java.util.stream.IntStream.range(0, n).boxed().toList();
  }
}
