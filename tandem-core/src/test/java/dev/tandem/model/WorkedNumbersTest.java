package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers worked out by hand for the models, to eight digits. */
class WorkedNumbersTest {
  private static final List<Task> TASKS = Trial.tasks(2);
  private static final double SIG = 1.0000001; // of a printed last digit

  static Ple ple(int levels, Ple.GateInput gateInput) {
    return new Ple(
        levels,
        List.of(1),
        1,
        Mlp.of(List.of(2)),
        List.of(),
        Optional.empty(),
        Gate.linear(),
        gateInput,
        Ple.SharedGate.ALL_EXPERTS,
        Ple.SharedExpertInput.PER_TASK);
  }

  private static Trial levelOne(Trial trial) {
    return trial
        .set("x", 1, -1)
        .set("level.0.task.0.expert.0.0.W", 1, 0, 0, 1)
        .set("level.0.task.1.expert.0.0.W", 0, 1, -1, 0)
        .set("level.0.shared.expert.0.0.W", 1, 1, .5, -.5)
        .set("level.0.task.0.gate.W", .5, 0, 0, .5)
        .set("level.0.task.1.gate.W", 0, 1, 1, 0);
  }

  private static void expect(double[] found, double... wanted) {
    assertThat(found).containsExactly(wanted, within(5e-9 * SIG));
  }

  @Test
  void cgc() {
    Cgc cgc =
        new Cgc(
            List.of(1),
            1,
            Mlp.of(List.of(2)),
            Optional.empty(),
            Gate.linear(),
            Ple.GateInput.LAYER_INPUT,
            Ple.SharedExpertInput.PER_TASK);
    Trial trial = levelOne(Trial.body(cgc, 2, 1, TASKS));
    expect(trial.run("probe.level.0.task.0.gate.weights"), .73105858, .26894142);
    expect(trial.run("probe.level.0.task.1.gate.weights"), .11920292, .88079708);
    expect(trial.run("h.0"), .86552929, .40341213);
    expect(trial.run("h.1"), .55960146, 1.44039854);
  }

  @Test
  void twoLevelPle() {
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(),
            ple(2, Ple.GateInput.LAYER_INPUT),
            Mlp.of(List.of()),
            new Independent());
    Trial trial =
        levelOne(Trial.training(model, 2, 1, TASKS))
            .set("level.0.shared.gate.W", .2, .4, .6, .1, .1, .1)
            .set("level.1.task.0.expert.0.0.W", 1, .5, 0, 1)
            .set("level.1.task.1.expert.0.0.W", 1, 0, 1, 1)
            .set("level.1.shared.expert.0.0.W", .5, .5, .5, -.5)
            .set("level.1.task.0.gate.W", 1, 0, 0, 1)
            .set("level.1.task.1.gate.W", .5, -.5, 0, 0)
            .set("tower.0.0.W", 1, -1)
            .set("tower.1.0.W", -1, .5);
    expect(trial.run("probe.level.0.shared.gate.weights"), .2693075, .32893292, .40175958);
    expect(trial.run("probe.level.1.task.0.gate.weights"), .6135163, .3864837);
    expect(trial.run("probe.level.1.task.1.gate.weights"), .63636032, .36363968);
    expect(trial.run("prediction.a"), .5872116832);
    expect(trial.run("prediction.b"), .2443293290);
    assertThat(trial.graph.parameters()).noneMatch(p -> p.name().contains("level.1.shared.gate"));
  }

  @Test
  void jointLossOverObservedLabels() {
    Scope scope = Scope.root(true);
    List<Node> logits = List.of(scope.input("a", Shape.batch(1)), scope.input("b", Shape.batch(1)));
    JointLoss loss = new Independent().loss(scope, logits, Targets.inputs(scope, TASKS), TASKS);
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("a", loss.tasks().get(0));
    outputs.put("b", loss.tasks().get(1));
    outputs.put("total", loss.total());
    Trial trial = new Trial(new Graph(outputs), 1, Map.of("B", 4));
    trial
        .set("a", logit(.8), logit(.4), logit(.9), logit(.2))
        .set("b", logit(.3), logit(.6), logit(.5), logit(.1))
        .set("labels", 1, 0, 0, 1, 1, 0, 0, 0)
        .set("weights", .25, .5, .25, 0, .25, .5, .25, 0); // observed / number of observed
    expect(trial.set("omega", 1, .5).run("a"), .2656183105);
    expect(trial.run("b"), .5249110622);
    expect(trial.run("total"), .5280738416);
    expect(trial.set("omega", .9, .55).run("total"), .5277575637);
    expect(trial.set("omega", .729, .6655).run("total"), .5429640603);
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  @Test
  void gateOverExpertOutputs() {
    Trial trial =
        Trial.body(ple(1, Ple.GateInput.EXPERT_OUTPUTS), 2, 1, TASKS)
            .set("x", 1, -1)
            .set("level.0.task.0.expert.0.0.W", 1, 0, 0, 1)
            .set("level.0.shared.expert.0.0.W", 1, 1, .5, -.5)
            .set("level.0.task.0.gate.W", .1, 0, 0, .1, .2, 0, 0, .2);
    expect(trial.run("probe.level.0.task.0.gate.weights"), .47502081, .52497919);
    expect(trial.run("h.0"), .73751041, .78746878);
  }

  @Test
  void mmoeWithItsGradients() {
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(),
            Mmoe.of(2, Mlp.of(List.of(2)), Gate.linear()),
            Mlp.of(List.of()),
            new Independent());
    Trial trial =
        Trial.training(model, 2, 1, TASKS)
            .set("x", 1, -1)
            .set("expert.0.0.W", 1, 0, 0, 1)
            .set("expert.1.0.W", 1, 1, .5, -.5)
            .set("gate.0.W", .5, 0, 0, .5)
            .set("tower.0.0.W", 1, -1)
            .set("labels", 1, 0)
            .set("weights", 1, 0)
            .set("omega", 1, 1);
    expect(trial.run("probe.gate.0.weights"), .73105858, .26894142);
    expect(trial.run("prediction.a"), .6135163044);
    Map<String, Tensor> gradients = trial.gradients("loss.a");
    expect(gradients.get("gate.0.W").data(), -.15197461, .15197461, .15197461, -.15197461);
    expect(gradients.get("tower.0.0.W").data(), -.33451296, -.15591221);
  }
}
