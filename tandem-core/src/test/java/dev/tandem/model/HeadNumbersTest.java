package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The specifications' worked numbers of heads, M6–M8, over logits that are given. */
class HeadNumbersTest {
  private static final double[] CLICK = {.2, .5, .7, .1};
  private static final double[] CONVERSION = {.1, .4, .3, .2};

  /** Imputed errors. */
  private static final double[] IMPUTED = {.15, .6, 1, .2};

  private static void expect(double[] found, double... wanted) {
    assertThat(found).containsExactly(wanted, within(6e-9));
  }

  private static double[] logits(double... p) {
    double[] logits = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      logits[i] = Math.log(p[i] / (1 - p[i]));
    }
    return logits;
  }

  /** A head's losses, probes and predictions over the inputs x.0, x.1, … as logits. */
  private static Trial head(Head head, List<Task> tasks, int rows) {
    Scope scope = Scope.root(true);
    List<Node> logits = new ArrayList<>();
    for (int k = 0; k < tasks.size() + head.auxiliary(tasks).size(); k++) {
      logits.add(scope.input("x." + k, Shape.batch(1)));
    }
    JointLoss loss = head.loss(scope, logits, Targets.inputs(scope, tasks), tasks);
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("total", loss.total());
    for (int k = 0; k < tasks.size(); k++) {
      outputs.put("loss." + k, loss.tasks().get(k));
    }
    scope.probes().forEach(outputs::put);
    scope.measures().forEach(outputs::put);
    outputs.putAll(head.predictions(scope, logits, tasks));
    return new Trial(new Graph(outputs), 1, Map.of("B", rows));
  }

  /** Click and conversion of M6: rows 2 and 3 are clicked, row 3 converts. */
  private static Trial funnel(Head head) {
    List<Task> tasks = List.of(Task.binary("ctr", "l"), Task.binary("cvr", "l"));
    return head(head, tasks, 4)
        .set("x.0", logits(CLICK))
        .set("x.1", logits(CONVERSION))
        .set("labels", 0, 0, 1, 0, 1, 1, 0, 0)
        .set("weights", .25, 0, .25, .5, .25, .5, .25, 0);
  }

  @Test
  void m6EntireSpace() {
    Trial trial = funnel(new Esmm(1));
    expect(trial.run("ctcvr"), .02, .2, .21, .02);
    expect(trial.run("loss.0"), .3445815479);
    expect(trial.run("loss.1"), .4560491786);
    expect(trial.run("total"), .8006307264);
    expect(trial.gradients("loss.1").get("x.1").data(), .00459184, .0375, -.175, .00408163);
  }

  private static Escm2 escm2(Escm2.Estimator estimator, boolean selfNormalised) {
    return new Escm2(estimator, .1, .1, 1, selfNormalised, Escm2.Imputation.JOINT);
  }

  @Test
  void m7InversePropensities() {
    Trial ips = funnel(escm2(Escm2.Estimator.IPS, false));
    expect(ips.run("loss.1"), .6854030991);
    expect(ips.run("total"), .8691710363);
    // the last row's propensity is the clip itself
    expect(ips.set("x.0", logits(.2, .5, .7, .09)).run("clipped"), .25);
    Trial normalised =
        funnel(escm2(Escm2.Estimator.IPS, true)).set("rowWeight", .25, .25, .25, .25);
    expect(normalised.run("loss.1"), .7996369490);
  }

  @Test
  void m7DoublyRobust() {
    Trial dr = funnel(escm2(Escm2.Estimator.DR, false));
    double[] imputation = new double[4];
    for (int i = 0; i < 4; i++) {
      imputation[i] = Math.log(Math.expm1(IMPUTED[i])); // the inverse of softplus
    }
    dr.set("x.2", imputation);
    expect(dr.run("imputed"), IMPUTED);
    expect(dr.run("loss.err"), .5157602420);
    expect(dr.run("loss.imp"), .0188349293);
    expect(dr.run("loss.1"), .5345951713);
    expect(dr.run("total"), .8540902436);
  }

  @Test
  void m8Calibrator() {
    Trial trial =
        head(new BehaviouralCalibrator(.6), Trial.tasks(3), 2)
            .set("x.0", logits(.6, .2))
            .set("x.1", logits(.5, .3))
            .set("x.2", logits(.55, .1))
            .set("labels", new double[6])
            .set("weights", new double[6])
            .set("omega", 1, 1, 1)
            .set("rowWeight", .5, .5);
    expect(trial.run("calibrator"), .075);
    expect(trial.run("total"), .6 * .075);
  }
}
