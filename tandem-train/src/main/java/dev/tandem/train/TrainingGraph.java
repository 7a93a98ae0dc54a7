package dev.tandem.train;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.ParallelDense;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The graphs of one training step over a chunk. */
final class TrainingGraph {
  /** In front of the name of a parameter or input: its gradient. */
  static final String GRADIENT = "grad.";

  /** The outputs that hold measures of a batch begin so. */
  static final String MEASURE = "measure.";

  private TrainingGraph() {}

  /** Losses, penalties and updates of running statistics, without gradients. */
  static Graph forward(Blueprint blueprint) {
    return ParallelDense.fuse(described(blueprint), ParallelDense.WIDEST);
  }

  /** The same as the model describes it, every layer by itself. */
  private static Graph described(Blueprint blueprint) {
    Graph graph =
        blueprint
            .model()
            .training(blueprint.layout(), blueprint.tasks())
            .select(
                name ->
                    name.equals("loss")
                        || name.startsWith("loss.")
                        || name.startsWith("penalty.")
                        || name.startsWith(MEASURE)
                        || name.startsWith("update."));
    // what the model says twice is one value before it is differentiated, with one gradient
    return Rewrites.simplify(graph);
  }

  /** The tasks' losses alone. */
  static Graph losses(Blueprint blueprint) {
    return Rewrites.simplify(forward(blueprint).select(name -> name.startsWith("loss.")));
  }

  /**
   * Losses, updates, and the gradients of the joint loss: {@code grad.NAME} of every trained
   * parameter and looked-up input.
   *
   * @param shared parameters of which each task's own gradient is wanted too, as {@code
   *     task.K.grad.NAME}
   */
  static Graph of(Blueprint blueprint, List<Parameter> shared) {
    Graph forward = forward(blueprint);
    Map<String, Node> wrt = new LinkedHashMap<>();
    for (Node node : forward.nodes()) {
      if (node.op() instanceof Parameter p && p.trainable()) {
        wrt.put(p.name(), node);
      } else if (node.op() instanceof Input i && isLookedUp(i.name())) {
        wrt.put(i.name(), node);
      }
    }
    Map<String, Node> outputs = new LinkedHashMap<>();
    add(outputs, GRADIENT, forward.output("loss"), wrt);
    Map<String, Node> both = new LinkedHashMap<>();
    shared.forEach(p -> both.put(p.name(), forward.leaf(p.name()).orElseThrow()));
    if (!both.isEmpty()) {
      for (int k = 0; k < blueprint.tasks().size(); k++) {
        Node loss = forward.output("loss." + blueprint.tasks().get(k).name());
        add(outputs, taskGradient(k, ""), loss, both);
      }
    }
    Graph whole = Rewrites.simplify(Rewrites.normalisedInSteps(forward.with(outputs)));
    return Rewrites.simplify(Rewrites.sharedTranspositions(whole));
  }

  /**
   * Each task's own gradients alone, {@code task.K.grad.NAME}: of the shared parameters and of the
   * looked-up inputs, where the task's loss depends on them.
   */
  static Graph taskGradients(Blueprint blueprint, List<Parameter> shared) {
    Graph forward = forward(blueprint);
    Map<String, Node> outputs = new LinkedHashMap<>();
    for (int k = 0; k < blueprint.tasks().size(); k++) {
      String loss = "loss." + blueprint.tasks().get(k).name();
      Graph own = forward.select(loss::equals);
      Map<String, Node> wrt = new LinkedHashMap<>();
      shared.forEach(p -> own.leaf(p.name()).ifPresent(leaf -> wrt.put(p.name(), leaf)));
      own.inputs().stream()
          .filter(i -> isLookedUp(i.name()))
          .forEach(i -> own.leaf(i.name()).ifPresent(leaf -> wrt.put(i.name(), leaf)));
      add(outputs, taskGradient(k, ""), own.output(loss), wrt);
    }
    return Rewrites.simplify(forward.with(outputs).select(outputs::containsKey));
  }

  private static void add(
      Map<String, Node> outputs, String prefix, Node loss, Map<String, Node> wrt) {
    Map<Node, Node> gradients = Gradients.of(loss, wrt.values());
    wrt.forEach(
        (name, node) -> {
          Node gradient = gradients.get(node);
          if (gradient != null) {
            outputs.put(prefix + name, gradient);
          }
        });
  }

  /** The output that holds task {@code k}'s own gradient of a parameter. */
  static String taskGradient(int k, String parameter) {
    return "task." + k + "." + GRADIENT + parameter;
  }

  /** The trained parameters that more than one task's loss depends on. */
  static List<Parameter> shared(Blueprint blueprint) {
    // in a fused layer every task's loss would seem to depend on its neighbours' weights
    Graph forward = described(blueprint);
    Map<Parameter, Integer> tasks = new LinkedHashMap<>();
    for (Task task : blueprint.tasks()) {
      String loss = "loss." + task.name();
      forward.select(loss::equals).parameters().forEach(p -> tasks.merge(p, 1, Integer::sum));
    }
    List<Parameter> shared = new ArrayList<>();
    tasks.forEach(
        (parameter, count) -> {
          if (count > 1 && parameter.trainable()) {
            shared.add(parameter);
          }
        });
    return shared;
  }

  /** What the graph measures of a batch besides its losses, by name. */
  static List<String> measures(Graph graph) {
    return graph.outputs().keySet().stream()
        .filter(name -> name.startsWith(MEASURE))
        .map(name -> name.substring(MEASURE.length()))
        .toList();
  }

  /** Whether an input's values come from embedding tables. */
  static boolean isLookedUp(String input) {
    return input.equals("fields")
        || input.startsWith("fields.")
        || input.equals("linear")
        || input.startsWith("sequence.");
  }
}
