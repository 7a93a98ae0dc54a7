package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.graph.Softmax;
import dev.tandem.layer.SequenceBlock;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The worked examples D1–D4 of DTRN's specification, what the tasks share, and what padding must
 * never do.
 */
class DtrnNumbersTest {
  private static final int D = 3;

  private static Tim tim(Tim.Pool pool, Tim.Condition condition) {
    return new Tim(1, 1, 1, pool, false, false, condition, 2, 4, 4, 4, 0, false);
  }

  /** One row of the given steps through a Transformer whose matrices are those of D2. */
  private static double[] interest(Tim.Pool pool, double[] target) {
    Scope scope = Scope.root(true);
    Dim length = Dim.symbol("L");
    Node steps = scope.input("s", Shape.of(Dim.BATCH, length, Dim.of(D)));
    Node valid = scope.input("valid", Shape.of(Dim.BATCH, length));
    Node positions = scope.input("position", Shape.of(length, Dim.of(3)));
    Node v = scope.input("v", Shape.batch(D));
    Sequences all = new Sequences(List.of(steps), List.of(valid), List.of(positions), List.of(v));
    Node u = tim(pool, Tim.Condition.LN_OFF).build(scope, all, 1).get(0).get(0);
    Graph graph = new Graph(Map.of("u", u));
    Map<String, Tensor> leaves = new HashMap<>();
    graph
        .parameters()
        .forEach(p -> leaves.put(p.name(), identityOrZero(p.shape().resolve(Map.of()))));
    leaves.put("tim.layer.0.WK", matrix(1, 0, 0, 0, .5, 0, 0, 0, 1));
    leaves.put("tim.layer.0.WV", matrix(.5, 0, 0, 0, .5, 0, .2, 0, .5));
    leaves.put(
        "tim.norm",
        new Tensor(new double[] {1.1, .9, 1, .1, -.1, 0, .8, 1.2, 1, 0, .05, -.05}, 12));
    // the example's inner width is 2; a third unit that is always 0 changes nothing
    leaves.put("tim.layer.0.F1", matrix(1, -1, 0, .5, 1, 0, -.5, .3, 0));
    leaves.put("tim.layer.0.F2", matrix(.2, .1, -.4, -.1, .3, .2, 0, 0, 0));
    leaves.put("s", new Tensor(new double[] {1, 0, -1, 0, 2, .5, 9, 9, 9}, 1, 3, D));
    leaves.put("valid", new Tensor(new double[] {1, 1, 0}, 1, 3));
    leaves.put("position", matrix(1, 0, 0, 0, 1, 0, 0, 0, 1));
    leaves.put("v", new Tensor(target, 1, D));
    return Reference.run(graph, leaves).get("u").data();
  }

  private static Tensor matrix(double... values) {
    return new Tensor(values, 3, 3);
  }

  private static Tensor identityOrZero(int[] shape) {
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; shape.length == 2 && shape[0] == shape[1] && i < shape[0]; i++) {
      t.data()[i * shape[0] + i] = 1;
    }
    return t;
  }

  private static void close(double[] found, double... wanted) {
    assertThat(found).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).as("[%d]", i).isCloseTo(wanted[i], within(1e-8));
    }
  }

  /** Some behaviour sequences of a graph under construction, over steps of width d. */
  private static Sequences sequences(Scope scope, int behaviours, int d) {
    List<Node> steps = new ArrayList<>();
    List<Node> valid = new ArrayList<>();
    List<Node> positions = new ArrayList<>();
    List<Node> targets = new ArrayList<>();
    for (int m = 0; m < behaviours; m++) {
      Dim length = Dim.symbol("L" + m);
      steps.add(scope.input("s" + m, Shape.of(Dim.BATCH, length, Dim.of(d))));
      valid.add(scope.input("valid" + m, Shape.of(Dim.BATCH, length)));
      positions.add(scope.input("position" + m, Shape.of(length, Dim.of(3))));
      targets.add(scope.input("v", Shape.batch(d)));
    }
    return new Sequences(steps, valid, positions, targets);
  }

  /**
   * The example has one norm: here it is the second, after a first one that only normalises, with
   * neither attention nor feed-forward part between them.
   */
  @Test
  void d1HypernetworkAndConditionalNorm() {
    Scope scope = Scope.root(false);
    Tim tim =
        new Tim(
            1, 1, 1, Tim.Pool.LAST, false, false, Tim.Condition.HYPERNETWORK, 2, 2, 2, 3, 0, false);
    Node u = tim.build(scope, sequences(scope, 1, 2), 1).get(0).get(0);
    Graph graph = new Graph(Map.of("u", u));
    Map<String, Tensor> leaves = new HashMap<>();
    graph
        .parameters()
        .forEach(p -> leaves.put(p.name(), Tensor.zeros(p.shape().resolve(Map.of()))));
    leaves.put("tim.task_emb", new Tensor(new double[] {1, 0}, 1, 2));
    leaves.put("tim.beh_emb", new Tensor(new double[] {.5, -.5}, 1, 2));
    leaves.put(
        "tim.hyper.W1",
        new Tensor(new double[] {.1, .2, -.3, .4, -.5, .6, -.2, .1, .5, .3, .3, -.1}, 4, 3));
    leaves.put("tim.hyper.b1", new Tensor(new double[] {0, .1, .2}, 3));
    leaves.put(
        "tim.hyper.W2",
        new Tensor(
            new double[] {
              0, 0, 0, 0, .5, -.5, .2, .1, 0, 0, 0, 0, 1, 0, -.3, .4, 0, 0, 0, 0, -.2, .3, .6, -.6
            },
            3,
            8));
    leaves.put("tim.hyper.b2", new Tensor(new double[] {1, 1, 0, 0, 1, 1, 0, 0}, 8));
    leaves.put("s0", new Tensor(new double[] {1, 3}, 1, 1, 2));
    leaves.put("valid0", new Tensor(new double[] {1}, 1, 1));
    leaves.put("v", Tensor.zeros(1, 2));
    double[] found = Reference.run(graph, leaves).get("u").data();
    assertThat(found[0]).isCloseTo(-1.0999942, within(5e-8));
    assertThat(found[1]).isCloseTo(1.0199947, within(5e-8));
  }

  /** The first attention does not depend on the task: it is there once per behaviour. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void theFirstAttentionServesAllTasks(int tasks) {
    Scope scope = Scope.root(true);
    Tim tim =
        new Tim(
            1,
            2,
            2,
            Tim.Pool.MEAN,
            false,
            true,
            Tim.Condition.HYPERNETWORK,
            2,
            4,
            4,
            4,
            0.1,
            false);
    Map<String, Node> outputs = new HashMap<>();
    List<List<Node>> interests = tim.build(scope, sequences(scope, 3, 4), tasks);
    for (int k = 0; k < tasks; k++) {
      for (int m = 0; m < 3; m++) {
        outputs.put("u." + k + "." + m, interests.get(k).get(m));
      }
    }
    Graph graph = Rewrites.simplify(new Graph(outputs));
    assertThat(graph.nodes().stream().filter(n -> n.op() instanceof Softmax)).hasSize(3);
    assertThat(graph.inputs().stream().filter(i -> i.noise() == Input.Noise.UNIFORM)).hasSize(6);
  }

  /** While the hypernetwork makes nothing of its input, all tasks read alike. */
  @Test
  void withoutModulationTheTasksReadAlike() {
    Scope scope = Scope.root(false);
    Tim tim =
        new Tim(
            1,
            1,
            2,
            Tim.Pool.TARGET_ATTENTION,
            false,
            true,
            Tim.Condition.HYPERNETWORK,
            2,
            4,
            4,
            32,
            0,
            false);
    List<List<Node>> interests = tim.build(scope, sequences(scope, 2, D), 2);
    Map<String, Node> outputs = new HashMap<>();
    for (int k = 0; k < 2; k++) {
      for (int m = 0; m < 2; m++) {
        outputs.put("u." + k + "." + m, interests.get(k).get(m));
      }
    }
    Graph graph = new Graph(outputs);
    for (boolean modulated : new boolean[] {false, true}) {
      Map<String, Tensor> leaves = new HashMap<>();
      SplittableRandom random = new SplittableRandom(1);
      for (Parameter p : graph.parameters()) {
        int[] shape = p.shape().resolve(Map.of());
        float[] start = Init.draw(p, 1);
        Tensor value = Tensor.zeros(shape);
        for (int i = 0; i < start.length; i++) {
          value.data()[i] = start[i];
        }
        leaves.put(p.name(), value);
      }
      if (!modulated) {
        Tensor w2 = leaves.get("tim.hyper.W2");
        Arrays.fill(w2.data(), 0);
      }
      for (int m = 0; m < 2; m++) {
        leaves.put("s" + m, new Tensor(random.doubles(2 * 3 * D, -1, 1).toArray(), 2, 3, D));
        leaves.put("valid" + m, new Tensor(new double[] {1, 1, 1, 1, 1, 0}, 2, 3));
        leaves.put("position" + m, matrix(1, 0, 0, 0, 1, 0, 0, 0, 1));
      }
      leaves.put("v", new Tensor(random.doubles(2 * D, -1, 1).toArray(), 2, D));
      Map<String, Tensor> u = Reference.run(graph, leaves);
      for (int m = 0; m < 2; m++) {
        boolean alike = Arrays.equals(u.get("u.0." + m).data(), u.get("u.1." + m).data());
        assertThat(alike).as("behaviour %d, modulated %s", m, modulated).isEqualTo(!modulated);
      }
    }
  }

  @Test
  void d2BlockAndD3Pooling() {
    double[] v = {1, -1, .5};
    close(interest(Tim.Pool.LAST, v), .90489222, .25349632, -1.35069554);
    close(interest(Tim.Pool.TARGET_ATTENTION, v), .58717946, .50283967, -1.16134071);
    close(
        interest(Tim.Pool.MEAN, v),
        (.90489222 - .86722519) / 2,
        (.25349632 + 1.64426733) / 2,
        (-1.35069554 - .29452462) / 2);
  }

  @Test
  void d4Refinement() {
    Scope scope = Scope.root(false);
    Node fields = scope.input("E", Shape.batch(3, 2));
    Trm trm = new Trm(2, Trm.Squeeze.FLATTEN, Trm.Weighting.SIGMOID, Trm.Granularity.FIELD);
    Node x = trm.build(scope, fields);
    Map<String, Tensor> leaves = new HashMap<>();
    leaves.put("E", new Tensor(new double[] {1, 2, 0, -1, .5, .5}, 1, 3, 2));
    leaves.put(
        "W1", new Tensor(new double[] {.1, .2, .3, -.1, .2, .2, -.4, .1, .5, 0, .1, .3}, 6, 2));
    leaves.put("b1", new Tensor(new double[] {.05, -.05}, 2));
    leaves.put("W2", new Tensor(new double[] {1, -.5, .2, .3, .8, -1}, 2, 3));
    leaves.put("b2", new Tensor(new double[] {0, .1, 0}, 3));
    close(
        Reference.run(new Graph(Map.of("x", x)), leaves).get("x").data(),
        .80999843,
        1.61999687,
        0,
        -.34864514,
        .28599807,
        .28599807);
  }

  /** Values and lengths of three rows, the middle one empty; what is padded is anything. */
  private static Map<String, double[]> run(SequenceBlock block, double padding) {
    Scope scope = Scope.root(true);
    Dim length = Dim.symbol("L");
    Node steps = scope.input("s", Shape.of(Dim.BATCH, length, Dim.of(4)));
    Node valid = scope.input("valid", Shape.of(Dim.BATCH, length));
    Node target = scope.input("v", Shape.batch(4));
    Node y = block.build(scope, steps, valid, target);
    Node loss = Nodes.sum(Nodes.square(y));
    Map<String, Node> outputs = new HashMap<>();
    outputs.put("y", y);
    Graph forward = new Graph(Map.of("loss", loss));
    Map<Node, Node> gradients =
        Gradients.of(loss, forward.nodes().stream().filter(n -> n.inputs().isEmpty()).toList());
    forward
        .parameters()
        .forEach(p -> outputs.put(p.name(), gradients.get(forward.leaf(p.name()).orElseThrow())));
    outputs.put("ds", gradients.get(steps));
    SplittableRandom random = new SplittableRandom(5);
    Map<String, Tensor> leaves = new HashMap<>();
    forward
        .parameters()
        .forEach(
            p -> {
              int[] shape = p.shape().resolve(Map.of());
              int n = p.shape().count().size();
              leaves.put(p.name(), new Tensor(random.doubles(n, -.5, .5).toArray(), shape));
            });
    double[] s = random.doubles(3 * 3 * 4, -1, 1).toArray();
    double[] mask = {1, 1, 0, 0, 0, 0, 1, 1, 1};
    for (int i = 0; i < s.length; i++) {
      s[i] = mask[i / 4] > 0 ? s[i] : padding;
    }
    leaves.put("s", new Tensor(s, 3, 3, 4));
    leaves.put("valid", new Tensor(mask, 3, 3));
    leaves.put("v", new Tensor(random.doubles(12, -1, 1).toArray(), 3, 4));
    Map<String, double[]> values = new HashMap<>();
    Reference.run(new Graph(outputs), leaves).forEach((name, t) -> values.put(name, t.data()));
    return values;
  }

  @ParameterizedTest
  @EnumSource(SequenceBlock.class)
  void paddingChangesNothingAndAnEmptySequenceIsZero(SequenceBlock block) {
    Map<String, double[]> zeros = run(block, 0);
    Map<String, double[]> rubbish = run(block, 7.5);
    zeros.forEach(
        (name, value) -> {
          for (int i = 0; i < value.length; i++) {
            assertThat(rubbish.get(name)[i])
                .as(block + " " + name)
                .isCloseTo(value[i], within(1e-12));
          }
        });
    double[] empty = Arrays.copyOfRange(zeros.get("y"), 4, 8);
    assertThat(Arrays.stream(empty).map(Math::abs).sum()).isZero();
    double[] ds = zeros.get("ds");
    for (int i = 0; i < ds.length; i++) {
      boolean padded = i / 4 >= 2 && i / 4 <= 5;
      assertThat(padded ? ds[i] : 0).as("gradient of padding").isZero();
    }
  }

  /** The shared branch's own representation is read like that of one more task. */
  @Test
  void theSharedInputMayBeItsOwn() {
    Tim tim = tim(Tim.Pool.MEAN, Tim.Condition.HYPERNETWORK);
    Trm trm = new Trm(4, Trm.Squeeze.FLATTEN, Trm.Weighting.SIGMOID, Trm.Granularity.FIELD);
    for (Dtrn.SharedInput shared : Dtrn.SharedInput.values()) {
      Dtrn dtrn = new Dtrn(true, tim, true, trm, shared);
      Representation in = dtrn.build(Scope.root(true), Contracts.FULL, Contracts.funnel(2));
      assertThat(in.own()).hasSize(2);
      assertThat(in.shared().flat().shape()).isEqualTo(in.of(0).flat().shape());
      Graph graph = new Graph(Map.of("x", in.shared().flat()));
      boolean own = shared == Dtrn.SharedInput.OWN;
      assertThat(graph.parameters().stream().anyMatch(p -> p.name().equals("trm.2.W1")))
          .isEqualTo(own);
      assertThat(graph.parameters().stream().anyMatch(p -> p.name().equals("trm.0.W1")))
          .isEqualTo(!own);
    }
  }
}
