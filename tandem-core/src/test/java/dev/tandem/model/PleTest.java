package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What tells PLE and CGC apart from each other and from models that share everything. */
class PleTest {
  private static final List<Task> TASKS = Trial.tasks(2);
  private static final int WIDTH = 3;
  private static final int ROWS = 5;

  private static Ple ple(int levels, Gate gate) {
    return new Ple(
        levels,
        List.of(2),
        1,
        Mlp.of(List.of(4)),
        List.of(),
        Optional.empty(),
        gate,
        Ple.GateInput.LAYER_INPUT,
        Ple.SharedGate.ALL_EXPERTS,
        Ple.SharedExpertInput.PER_TASK);
  }

  private static Cgc cgc() {
    return new Cgc(
        List.of(2),
        1,
        Mlp.of(List.of(4)),
        Optional.empty(),
        Gate.linear(),
        Ple.GateInput.LAYER_INPUT,
        Ple.SharedExpertInput.PER_TASK);
  }

  private static Trial moved(Trial trial) {
    Tensor before = trial.leaves.get("level.0.task.1.expert.0.0.W");
    return trial.set(
        "level.0.task.1.expert.0.0.W", Arrays.stream(before.data()).map(w -> w + .3).toArray());
  }

  @Test
  void otherTasksExpertsReachATaskThroughTheSharedGateOnly() {
    double[] alone = Trial.body(cgc(), WIDTH, ROWS, TASKS).run("h.0");
    assertThat(moved(Trial.body(cgc(), WIDTH, ROWS, TASKS)).run("h.0")).isEqualTo(alone);
    Ple two = ple(2, Gate.linear());
    double[] below = Trial.body(two, WIDTH, ROWS, TASKS).run("h.0");
    assertThat(moved(Trial.body(two, WIDTH, ROWS, TASKS)).run("h.0")).isNotEqualTo(below);
  }

  @Test
  void otherTasksExpertsGetNoGradientInCgc() {
    MultiTaskModel model =
        new MultiTaskModel(new SharedEmbedding(), cgc(), Mlp.of(List.of(3)), new Independent());
    Trial trial = Trial.training(model, WIDTH, ROWS, TASKS);
    trial.gradients("loss.a").entrySet().stream()
        .filter(e -> e.getKey().contains("task.1"))
        .forEach(e -> assertThat(e.getValue().data()).as(e.getKey()).containsOnly(0));
    double[] own = trial.gradients("loss.b").get("level.0.task.1.expert.0.0.W").data();
    assertThat(Arrays.stream(own).anyMatch(g -> g != 0)).isTrue();
  }

  @Test
  void oneLevelIsCgcBitForBit() {
    Map<String, Tensor> one = Trial.body(ple(1, Gate.linear()), WIDTH, ROWS, TASKS).run();
    Map<String, Tensor> cgc = Trial.body(cgc(), WIDTH, ROWS, TASKS).run();
    assertThat(one.keySet()).isEqualTo(cgc.keySet());
    one.forEach((name, value) -> assertThat(value.data()).isEqualTo(cgc.get(name).data()));
  }

  @Test
  void gatesOfZerosAverage() {
    Gate zero = new Gate(false, List.of(), 1, 0, true, 0);
    Trial trial = Trial.body(ple(2, zero), WIDTH, ROWS, TASKS);
    trial
        .run()
        .forEach(
            (name, value) -> {
              if (name.endsWith("gate.weights")) {
                double n = value.shape()[1];
                assertThat(value.data()).containsOnly(1 / n);
              }
            });
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(WIDTH));
    List<Node> experts = new java.util.ArrayList<>();
    for (String expert : List.of("task.0.expert.0", "task.0.expert.1", "shared.expert.0")) {
      experts.add(Mlp.of(List.of(4)).build(scope.at("level.0." + expert), x));
    }
    Node mean = dev.tandem.graph.Nodes.scale(dev.tandem.graph.Nodes.add(experts), 1.0 / 3);
    Trial plain = new Trial(new dev.tandem.graph.Graph(Map.of("mean", mean)), 1, Map.of("B", ROWS));
    plain.leaves.put("x", trial.leaves.get("x"));
    double[] h = Trial.body(ple(1, zero), WIDTH, ROWS, TASKS).run("h.0");
    assertThat(h).containsExactly(plain.run("mean"), within(1e-12));
  }

  @Test
  void sharedExpertsOfATaskSpecificBottom() {
    for (Ple.SharedExpertInput input : Ple.SharedExpertInput.values()) {
      Scope scope = Scope.root(false);
      Features common = Features.of(scope.input("x", Shape.batch(WIDTH)));
      List<Features> own =
          List.of(
              Features.of(scope.input("x.0", Shape.batch(WIDTH))),
              Features.of(scope.input("x.1", Shape.batch(WIDTH))));
      Ple body =
          new Ple(
              1,
              List.of(1),
              1,
              Mlp.of(List.of(4)),
              List.of(),
              Optional.empty(),
              Gate.linear(),
              Ple.GateInput.LAYER_INPUT,
              Ple.SharedGate.ALL_EXPERTS,
              input);
      List<Node> h = body.build(scope, new Representation(common, own), TASKS);
      boolean readsCommon =
          new dev.tandem.graph.Graph(Map.of("h", h.get(0))).input("x").isPresent();
      assertThat(readsCommon).isEqualTo(input == Ple.SharedExpertInput.MEAN);
    }
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    Ple three =
        new Ple(
            1,
            List.of(1, 2, 3),
            1,
            Mlp.of(List.of(4)),
            List.of(),
            Optional.empty(),
            Gate.linear(),
            Ple.GateInput.LAYER_INPUT,
            Ple.SharedGate.ALL_EXPERTS,
            Ple.SharedExpertInput.PER_TASK);
    assertThatThrownBy(() -> Trial.body(three, WIDTH, ROWS, TASKS))
        .hasMessageContaining("3 tasks")
        .hasMessageContaining("there are 2");
    assertThatThrownBy(
            () ->
                new Ple(
                    3,
                    List.of(1),
                    1,
                    Mlp.of(List.of(4)),
                    List.of(Mlp.of(List.of(4))),
                    Optional.empty(),
                    Gate.linear(),
                    Ple.GateInput.LAYER_INPUT,
                    Ple.SharedGate.ALL_EXPERTS,
                    Ple.SharedExpertInput.PER_TASK))
        .hasMessageContaining("level_units")
        .hasMessageContaining("3");
  }
}
