package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Dim;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.SequenceBlock;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The worked examples D2–D4 of DTRN's specification, and what padding must never do. */
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
}
