package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The specifications' worked numbers of bodies, M2–M5, M8 and M10, to the digits printed. */
class BodyNumbersTest {
  private static final List<Task> TASKS = Trial.tasks(2);
  private static final double[] IDENTITY = {1, 0, 0, 1};

  private static void expect(double[] found, double... wanted) {
    assertThat(found).containsExactly(wanted, within(6e-9));
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /**
   * What a body that mixes its columns linearly makes of h_A = (1,2) and h_B = (3,-1). Behind ReLU
   * no output is negative, so the first row holds (1,2) and (3,0), the second what is taken away,
   * (0,0) and (0,1); the input is both columns side by side.
   *
   * @return the two tasks' outputs, one after the other
   */
  private static double[] mixed(Trial trial) {
    trial.set("x", 1, 2, 3, 0, 0, 0, 0, 1);
    for (int k = 0; k < 2; k++) {
      double[] own = new double[8];
      own[4 * k] = 1;
      own[4 * k + 3] = 1;
      trial.set("column." + k + ".0.W", own);
    }
    double[] both = new double[4];
    for (int k = 0; k < 2; k++) {
      double[] h = trial.run("h." + k); // two rows of two
      both[2 * k] = h[0] - h[2];
      both[2 * k + 1] = h[1] - h[3];
    }
    return both;
  }

  @Test
  void m2CrossStitch() {
    Trial trial = Trial.body(new CrossStitch(List.of(2), false, .9), 4, 2, TASKS);
    expect(mixed(trial.set("stitch.0.A", .9, .1, .2, .8)), 1.2, 1.7, 2.6, -.4);
  }

  @Test
  void m3SluiceMixesSubspaces() {
    Trial trial = Trial.body(new Sluice(1, 2, .01, .2, false), 4, 2, TASKS);
    trial.set("alpha.0", .7, .1, .1, .1, .1, .7, .1, .1, .1, .1, .7, .1, .1, .1, .1, .7);
    expect(mixed(trial), 1.1, 1.7, 2.3, -.1);
  }

  /** Layers (1,0) and (0,4), once with β itself and once through a softmax. */
  @Test
  void m3SluiceMixesLayers() {
    for (boolean normalise : new boolean[] {false, true}) {
      Trial trial = Trial.body(new Sluice(2, 2, 0, 0, normalise), 2, 1, TASKS.subList(0, 1));
      trial
          .set("x", 1, 0)
          .set("column.0.0.W", IDENTITY)
          .set("column.0.1.W", 0, 4, 0, 0)
          .set("beta", normalise ? new double[] {0, Math.log(3)} : new double[] {.25, .75});
      expect(trial.run("h.0"), .25, 3);
    }
  }

  @Test
  void m3SubspacesAreKeptOrthogonal() {
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(),
            new Sluice(1, 4, .01, .2, false),
            Mlp.of(List.of()),
            new Independent());
    Trial trial = Trial.training(model, 2, 1, TASKS.subList(0, 1)).set("rowWeight", 1);
    trial.set("column.0.0.W", 1, 2, 1, 0, 0, 1, 1, -1);
    expect(trial.run("penalty.column.0.0.orthogonality"), .01 * 11);
  }

  private static Snr snr(Snr.Connection connection, double beta, int... nets) {
    List<Integer> sizes = Arrays.stream(nets).boxed().toList();
    return new Snr(sizes, 2, Mlp.of(List.of()), connection, 1, beta, -.1, 1.1, false);
  }

  /** A single connection in training: its switch and what moves its log-odds. */
  private static Trial connection(double beta) {
    Scope scope = Scope.root(true);
    Node x = scope.input("x", Shape.batch(2));
    List<Task> one = TASKS.subList(0, 1);
    snr(Snr.Connection.AVER, beta, 1).build(scope, Representation.shared(Features.of(x)), one);
    Node z = scope.probes().get("conn.0.z");
    Node open = scope.penalties().get("conn.0.l0");
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("z", Nodes.sum(z));
    outputs.put("open", Nodes.sum(open));
    return new Trial(new Graph(outputs), 1, Map.of("B", 1));
  }

  @Test
  void m4HardConcreteInTraining() {
    Trial trial = connection(2 / 3.0).set("conn.0.logalpha", .5).set("noise.conn.0.u", .3);
    expect(trial.run("z"), .3471570429);
    expect(trial.gradients("z").get("conn.0.logalpha").data(), .4207987881);
    expect(trial.gradients("open").get("conn.0.logalpha").data(), .0973013666);
    // closed or open: the loss does not move the log-odds
    expect(trial.set("noise.conn.0.u", .02).run("z"), 0);
    expect(trial.gradients("z").get("conn.0.logalpha").data(), 0);
    expect(trial.set("conn.0.logalpha", 2).set("noise.conn.0.u", .99).run("z"), 1);
    expect(trial.gradients("z").get("conn.0.logalpha").data(), 0);
  }

  @Test
  void m4HardConcreteInExpectation() {
    double[][] byLogAlpha = {
      {-2, .4009752644, .0430435064},
      {0, .8318221840, .5},
      {.5, .8907667251, .6469511974},
      {2, .9733666553, .9569564936}
    };
    Trial training = connection(2 / 3.0);
    Trial scoring = Trial.body(snr(Snr.Connection.AVER, 2 / 3.0, 1), 2, 1, TASKS.subList(0, 1));
    for (double[] wanted : byLogAlpha) {
      expect(training.set("conn.0.logalpha", wanted[0]).run("open"), wanted[1]);
      expect(scoring.set("conn.0.logalpha", wanted[0]).run("probe.conn.0.z"), wanted[2]);
    }
    expect(connection(.9).set("conn.0.logalpha", .5).run("open"), .9345088296);
  }

  /** The log-odds at which a connection is open by z when it scores. */
  private static double logOdds(double z) {
    double s = (z + .1) / 1.2;
    return z == 0 ? -100 : z == 1 ? 100 : Math.log(s / (1 - s));
  }

  @Test
  void m5Connections() {
    for (Snr.Connection connection : Snr.Connection.values()) {
      // u1 = (1,2), u2 = (0,-1), the negative number as a second row to be taken away
      Trial trial =
          Trial.body(snr(connection, 2 / 3.0, 2), 4, 2, TASKS)
              .set("x", 1, 2, 0, 0, 0, 0, 0, 1)
              .set("layer.0.net.0.W", 1, 0, 0, 1, 0, 0, 0, 0)
              .set("layer.0.net.1.W", 0, 0, 0, 0, 1, 0, 0, 1)
              .set("conn.0.logalpha", logOdds(.8), logOdds(0), logOdds(.25), logOdds(1));
      boolean trans = connection == Snr.Connection.TRANS;
      if (trans) {
        trial
            .set("conn.0.W.0.0", IDENTITY)
            .set("conn.0.W.0.1", 0, 1, 1, 0)
            .set("conn.0.W.1.0", .5, 0, 0, -1)
            .set("conn.0.W.1.1", 1, 1, 0, 1);
      }
      double[][] v = {trial.run("h.0"), trial.run("h.1")};
      double[] wanted = trans ? new double[] {.125, -1.5} : new double[] {.25, -.5};
      expect(minus(new double[] {v[0][0], v[0][1]}, new double[] {v[0][2], v[0][3]}), .8, 1.6);
      expect(minus(new double[] {v[1][0], v[1][1]}, new double[] {v[1][2], v[1][3]}), wanted);
    }
  }

  @Test
  void m8InformationTransfer() {
    Trial trial =
        Trial.body(new Aitm(Mlp.of(List.of(2)), 0), 2, 1, TASKS)
            .set("x", 1, 0)
            .set("bottom.1.0.W", IDENTITY)
            .set("info.1.W", new double[4])
            .set("info.1.b", 0, 2)
            .set("ait.1.V", IDENTITY)
            .set("ait.1.K", .5, 0, 0, 1)
            .set("ait.1.Q", 1, 1, 0, 1);
    assertThat(trial.run("probe.ait.1.weights"))
        .containsExactly(new double[] {.9223615, .0776385}, within(6e-8));
    expect(trial.run("h.1"), .0776385, 1.84472299);
  }

  @Test
  void m10OtherTasksExpertsAreReadAndNotMoved() {
    Stem stem = new Stem(1, 1, Mlp.of(List.of(2)), Gate.linear());
    Scope scope = Scope.root(true);
    Node own = scope.input("x.own", Shape.batch(2));
    Node shared = scope.input("x.shared", Shape.batch(2));
    Features ofTask = Features.of(own);
    List<Node> h =
        stem.build(scope, new Representation(Features.of(shared), List.of(ofTask, ofTask)), TASKS);
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("z", h.get(0));
    outputs.put("sum", Nodes.sum(h.get(0)));
    outputs.put("gate", scope.probes().get("gate.0.weights"));
    Trial trial =
        new Trial(new Graph(outputs), 1, Map.of("B", 1))
            .set("x.own", 1, 0)
            .set("x.shared", 0, 1)
            .set("task.0.expert.0.0.W", 1, 0, 0, 0)
            .set("task.1.expert.0.0.W", 0, 2, 0, 0)
            .set("shared.expert.0.0.W", 0, 0, 1, 1)
            .set("gate.0.W", .3, 0, .6, 0, .3, .6);
    expect(trial.run("z"), .7757648, 1);
    assertThat(trial.run("gate"))
        .containsExactly(new double[] {.2242352, .2242352, .5515296}, within(6e-8));
    var gradients = trial.gradients("sum");
    assertThat(gradients.get("task.1.expert.0.0.W").data()).containsOnly(0);
    for (String moved : List.of("task.0.expert.0.0.W", "shared.expert.0.0.W", "gate.0.W")) {
      assertThat(Arrays.stream(gradients.get(moved).data()).map(Math::abs).sum())
          .as(moved)
          .isPositive();
    }
  }
}
