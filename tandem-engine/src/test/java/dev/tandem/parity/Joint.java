package dev.tandem.parity;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Features;
import dev.tandem.model.Head;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.Representation;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the cases of all multi-task models have in common: tasks, towers, masked and weighted losses
 * ({@code lossNorm}, {@code lossReduction}, {@code taskWeights}), and their names.
 *
 * @param wiring with {@code outputs.logits}, {@code outputs.prob}, {@code outputs.h}, {@code
 *     losses.perTask}, {@code losses.total}; a family adds the rest
 * @param graph the training graph of the model: probes, penalties and whatever else a family wants
 * @param h what the body returned
 */
record Joint(Wiring wiring, Graph graph, List<Node> h) {

  /** A case with one input {@code x}: a body under its towers. */
  static Joint of(ParityCase one, Body body) {
    return of(one, body, new Independent());
  }

  /** The same with a head of its own. */
  static Joint of(ParityCase one, Body body, Head head) {
    Scope scope = Scope.root(true);
    Tensor x = one.input("x");
    Node input = scope.input("x", Shape.batch(x.shape()[1]));
    Joint joint = of(one, scope, Representation.shared(Features.of(input)), body, head);
    joint.wiring().input("x", "x", x);
    return joint;
  }

  /** A case over any representation; the caller feeds its inputs. */
  static Joint of(ParityCase one, Scope scope, Representation in, Body body, Head head) {
    List<Task> tasks = tasks(one);
    List<Node> h = new ArrayList<>();
    Mlp towers = Mlp.of(one.integers("towerHidden"));
    Body recorded = new Recorded(body, h);
    Graph graph =
        new MultiTaskModel(new SharedEmbedding(), recorded, towers, head)
            .training(scope, in, tasks);
    Wiring wiring = new Wiring();
    wiring.result("outputs.logits", side(graph, "logit.", tasks));
    wiring.result(
        "outputs.prob", Nodes.concat(-1, tasks.stream().map(t -> probability(graph, t)).toList()));
    wiring.results("outputs.h", h);
    wiring.results(
        "losses.perTask", tasks.stream().map(t -> graph.output("loss." + t.name())).toList());
    wiring.result("losses.total", graph.output("loss"));
    feed(one, wiring, tasks);
    return new Joint(wiring, graph, List.copyOf(h));
  }

  /** The probe of that name. */
  Node probe(String name) {
    return graph.output("probe." + name);
  }

  /** The probe of that name, where the model has it. */
  Optional<Node> probeIfAny(String name) {
    return Optional.ofNullable(graph.outputs().get("probe." + name));
  }

  private static Node side(Graph graph, String prefix, List<Task> tasks) {
    return Nodes.concat(-1, tasks.stream().map(t -> graph.output(prefix + t.name())).toList());
  }

  /** The cases state a probability for every task, that of a regression task meaning nothing. */
  private static Node probability(Graph graph, Task task) {
    return task.kind() == TaskKind.BINARY
        ? graph.output("prediction." + task.name())
        : Nodes.sigmoid(graph.output("logit." + task.name()));
  }

  static List<Task> tasks(ParityCase one) {
    List<Integer> regression =
        one.has("regressionTasks") ? one.integers("regressionTasks") : List.of();
    List<Task> tasks = new ArrayList<>();
    for (int k = 0; k < one.integer("tasks"); k++) {
      TaskKind kind = regression.contains(k) ? TaskKind.REGRESSION : TaskKind.BINARY;
      tasks.add(new Task("task" + k, kind, "label", Optional.empty(), 1, 1, 1));
    }
    return tasks;
  }

  private static void feed(ParityCase one, Wiring wiring, List<Task> tasks) {
    Tensor labels = ParityCase.tensor(one.json().get("labels"));
    int tasksCount = tasks.size();
    int rows = labels.data().length / tasksCount;
    double[] mask = new double[rows * tasksCount];
    Arrays.fill(mask, 1);
    if (one.json().hasNonNull("mask")) {
      mask = ParityCase.tensor(one.json().get("mask")).data();
    }
    boolean byMask = !one.has("lossNorm") || one.text("lossNorm").equals("MASK_SUM");
    boolean mean = one.has("lossReduction") && one.text("lossReduction").equals("MEAN");
    double[] omega = new double[tasksCount];
    Arrays.fill(omega, 1);
    if (one.has("taskWeights")) {
      omega = ParityCase.tensor(one.config().get("taskWeights")).data();
    }
    for (int k = 0; k < tasksCount; k++) {
      double observed = 0;
      for (int i = 0; i < rows; i++) {
        observed += mask[i * tasksCount + k];
      }
      for (int i = 0; i < rows; i++) {
        mask[i * tasksCount + k] /= byMask ? Math.max(observed, 1) : rows;
      }
      omega[k] /= mean ? tasksCount : 1;
    }
    double[] share = new double[rows];
    Arrays.fill(share, 1.0 / rows);
    wiring.feed("labels", labels);
    wiring.feed("weights", new Tensor(mask, rows, tasksCount));
    wiring.feed("omega", new Tensor(omega, tasksCount));
    wiring.feed("rowWeight", new Tensor(share, rows, 1));
  }

  /** A body that lets its results be seen. */
  private record Recorded(Body body, List<Node> h) implements Body {
    @Override
    public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
      List<Node> result = body.build(scope, in, tasks);
      h.addAll(result);
      return result;
    }

    @Override
    public boolean givesLogits() {
      return body.givesLogits();
    }
  }
}
