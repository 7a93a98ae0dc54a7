package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tandem.config.Canonical;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every registered model owes, with its default options: every bottom, body and head in every
 * combination that takes these inputs and tasks.
 */
class ModelContractTest {
  private static final int MOST_TASKS = 4;

  /** A combination over inputs and tasks. */
  private record Combination(
      String name, MultiTaskModel model, InputLayout layout, List<Task> tasks) {
    Graph training() {
      return model.training(layout, tasks);
    }

    Graph scoring() {
      return model.scoring(layout, tasks);
    }
  }

  /**
   * Combinations that build. A model says that it does not fit by an IllegalArgumentException; a
   * component that fits nowhere is a failure.
   */
  private static List<Combination> combinations() {
    List<Combination> all = new ArrayList<>();
    Map<String, Integer> uses = new LinkedHashMap<>();
    Models.of(Bottom.class)
        .forEach(
            (bottom, bottomType) ->
                Models.of(Body.class)
                    .forEach(
                        (body, bodyType) ->
                            Models.of(Head.class)
                                .forEach(
                                    (head, headType) -> {
                                      MultiTaskModel model =
                                          Contracts.model(
                                              Contracts.defaults(Bottom.class, bottomType),
                                              Contracts.defaults(Body.class, bodyType),
                                              Contracts.defaults(Head.class, headType));
                                      String name = bottom + "+" + body + "+" + head;
                                      int fitting = fitting(name, model, all);
                                      uses.merge("bottom " + bottom, fitting, Integer::sum);
                                      uses.merge("body " + body, fitting, Integer::sum);
                                      uses.merge("head " + head, fitting, Integer::sum);
                                    })));
    uses.forEach((part, n) -> assertThat(n).as(part + " fits nowhere").isPositive());
    return all;
  }

  private static int fitting(String name, MultiTaskModel model, List<Combination> all) {
    int before = all.size();
    boolean everyNumber = model.bottom() instanceof SharedEmbedding; // the others: one is enough
    for (int n = everyNumber ? 1 : 2; n <= MOST_TASKS; n++) {
      if (!everyNumber && all.size() > before) {
        break;
      }
      for (InputLayout layout : List.of(Contracts.FULL, Contracts.FIELDS)) {
        Combination one = new Combination(name + " T=" + n, model, layout, Contracts.funnel(n));
        try {
          one.training();
          all.add(one);
          break;
        } catch (IllegalArgumentException e) {
          assertThat(e.getMessage()).as(name).isNotBlank();
        }
      }
    }
    return all.size() - before;
  }

  @TestFactory
  Stream<DynamicTest> everyCombination() {
    return combinations().stream().map(one -> dynamicTest(one.name(), () -> check(one)));
  }

  private static void check(Combination one) {
    Graph training = one.training();
    Graph scoring = one.scoring();
    int tasks = one.tasks().size();
    for (int rows : new int[] {1, 2, 5}) {
      predictions(one, scoring, Contracts.leaves(scoring, rows, tasks, 3), rows);
    }
    Graph step = step(training);
    Map<String, Tensor> leaves = Contracts.leaves(training, 5, tasks, 3);
    Map<String, Tensor> results = Reference.run(step, leaves);
    results.forEach((name, value) -> finite(name, value));
    sameBits(one, results, leaves);
    chunks(step, results, leaves);
    unobserved(one, training, leaves);
  }

  private static void predictions(
      Combination one, Graph scoring, Map<String, Tensor> leaves, int rows) {
    Map<String, Tensor> results = Reference.run(scoring, leaves);
    for (Task task : one.tasks()) {
      Tensor p = results.get("prediction." + task.name());
      assertThat(p).as("prediction.%s of %s", task.name(), results.keySet()).isNotNull();
      assertThat(p.shape()).containsExactly(rows, 1);
      assertThat(Arrays.stream(p.data()).allMatch(v -> v >= 0 && v <= 1)).isTrue();
    }
    results.forEach((name, value) -> finite(name, value));
    Map<String, Tensor> first = Reference.run(scoring, rows(scoring, leaves, 0, 1));
    for (Task task : one.tasks()) { // a row's prediction does not depend on the rows beside it
      String name = "prediction." + task.name();
      assertThat(first.get(name).data()[0]).isCloseTo(results.get(name).data()[0], within(1e-12));
    }
  }

  /** Losses and gradients of a training graph. */
  private static Graph step(Graph training) {
    Map<String, Node> wrt = leavesWithGradient(training);
    Map<Node, Node> gradients = Gradients.of(training.output("loss"), wrt.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    training.outputs().keySet().stream()
        .filter(name -> name.startsWith("loss") || name.startsWith("penalty"))
        .forEach(name -> outputs.put(name, training.output(name)));
    wrt.forEach((name, node) -> outputs.put("gradient." + name, gradients.get(node)));
    return Rewrites.simplify(new Graph(outputs));
  }

  private static Map<String, Node> leavesWithGradient(Graph graph) {
    Map<String, Node> wrt = new LinkedHashMap<>();
    graph.parameters().stream()
        .filter(p -> p.trainable())
        .forEach(p -> wrt.put(p.name(), graph.leaf(p.name()).orElseThrow()));
    graph.input("fields").ifPresent(i -> wrt.put("fields", graph.leaf("fields").orElseThrow()));
    return wrt;
  }

  private static void finite(String name, Tensor value) {
    assertThat(Arrays.stream(value.data()).allMatch(Double::isFinite)).as(name).isTrue();
  }

  private static void sameBits(
      Combination one, Map<String, Tensor> results, Map<String, Tensor> leaves) {
    Graph again = step(one.training());
    Map<String, Tensor> same =
        Reference.run(again, Contracts.leaves(one.training(), 5, one.tasks().size(), 3));
    assertThat(same.keySet()).isEqualTo(results.keySet());
    same.forEach((name, value) -> assertThat(value.data()).isEqualTo(results.get(name).data()));
    assertThat(leaves.keySet())
        .containsAll(again.parameters().stream().map(p -> p.name()).toList());
  }

  /** A batch in two chunks has the losses and gradients of the whole. */
  private static void chunks(Graph step, Map<String, Tensor> whole, Map<String, Tensor> leaves) {
    Map<String, Tensor> a = Reference.run(step, rows(step, leaves, 0, 2));
    Map<String, Tensor> b = Reference.run(step, rows(step, leaves, 2, 5));
    for (String name : whole.keySet()) {
      if (name.equals("gradient.fields")) {
        continue; // per row, not summed
      }
      double[] w = whole.get(name).data();
      for (int i = 0; i < w.length; i++) {
        double sum = a.get(name).data()[i] + b.get(name).data()[i];
        assertThat(sum).as("%s[%d] in chunks", name, i).isCloseTo(w[i], within(1e-9));
      }
    }
  }

  private static Map<String, Tensor> rows(
      Graph graph, Map<String, Tensor> leaves, int from, int to) {
    Map<String, Tensor> part = new HashMap<>(leaves);
    for (Input input : graph.inputs()) {
      if (input.shape().rank() > 0 && input.shape().dim(0).equals(dev.tandem.graph.Dim.BATCH)) {
        Tensor all = leaves.get(input.name());
        int[] shape = all.shape().clone();
        int width = all.data().length / shape[0];
        shape[0] = to - from;
        part.put(
            input.name(),
            new Tensor(Arrays.copyOfRange(all.data(), from * width, to * width), shape));
      }
    }
    return part;
  }

  /** A batch without a label has losses of zero, and they move nothing. */
  private static void unobserved(Combination one, Graph training, Map<String, Tensor> leaves) {
    Map<String, Tensor> none = new HashMap<>(leaves);
    none.put("labels", Tensor.zeros(leaves.get("labels").shape()));
    none.put("weights", Tensor.zeros(leaves.get("weights").shape()));
    Map<String, Node> wrt = leavesWithGradient(training);
    for (Task task : one.tasks()) {
      Node loss = training.output("loss." + task.name());
      Map<String, Node> outputs = new LinkedHashMap<>();
      outputs.put("loss." + task.name(), loss);
      Map<Node, Node> gradients = Gradients.of(loss, wrt.values());
      wrt.forEach((name, node) -> outputs.put("gradient." + name, gradients.get(node)));
      Reference.run(Rewrites.simplify(new Graph(outputs)), none)
          .forEach(
              (name, value) ->
                  assertThat(Arrays.stream(value.data()).allMatch(v -> v == 0))
                      .as("%s of %s without labels", name, task.name())
                      .isTrue());
    }
  }

  /** Every interaction serves as network, as expert on the level that reads fields, and alone. */
  @TestFactory
  Stream<DynamicTest> everyInteraction() {
    return Models.of(Interaction.class).entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> interaction(Contracts.defaults(Interaction.class, entry.getValue()))));
  }

  private static void interaction(Interaction block) {
    Mlp units = Mlp.of(List.of(3));
    dev.tandem.layer.Gate gate = dev.tandem.layer.Gate.linear();
    java.util.Optional<Interaction> kind = java.util.Optional.of(block);
    List<Body> bodies =
        List.of(
            new SharedBottom(units, kind),
            new SingleTask(units, kind),
            new Mmoe(2, units, kind, gate, Ple.SharedExpertInput.PER_TASK),
            new Omoe(2, units, kind, gate),
            new MlMmoe(List.of(2, 2), units, kind, gate),
            new Ple(
                2,
                List.of(1),
                1,
                units,
                List.of(),
                kind,
                gate,
                Ple.GateInput.LAYER_INPUT,
                Ple.SharedGate.ALL_EXPERTS,
                Ple.SharedExpertInput.PER_TASK),
            Canonical.read(
                "{public_experts: [dnn, cross], private_experts: [dnn], expert: {width: 3, network: %s}}"
                    .formatted(Models.name(block.getClass().asSubclass(Record.class))),
                "test",
                Dephn.class,
                Contracts.CATALOG));
    for (Body body : bodies) {
      List<Combination> built = new ArrayList<>();
      fitting(
          body.toString(), Contracts.model(new SharedEmbedding(), body, new Independent()), built);
      assertThat(built).as("%s", body).isNotEmpty();
      check(built.get(built.size() - 1));
    }
    Scope scope = Scope.root(false);
    Node x = scope.input("x", dev.tandem.graph.Shape.batch(12));
    Node linear = scope.input("linear", dev.tandem.graph.Shape.batch(3));
    Node logit = block.logit(scope, new Features(x, 3, 4, java.util.Optional.of(linear)));
    assertThat(logit.shape()).isEqualTo(dev.tandem.graph.Shape.batch(1));
  }
}
