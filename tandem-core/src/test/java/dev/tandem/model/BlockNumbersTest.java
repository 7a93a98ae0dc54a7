package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Cin;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.FieldNet;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Pairs;
import dev.tandem.loss.Losses;
import dev.tandem.scoring.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Blocks alone on small numbers: the worked examples E1–E6 of DEPHN's specification, and those of
 * the interaction models, to the six digits in which they are printed.
 */
class BlockNumbersTest {
  private static final double[] IDENTITY = {1, 0, 0, 1};
  private static final double[] FIELDS = {1, 2, 3, -1};

  /** One row of {@code x} through a block; the parameters are set by the caller. */
  private static Trial trial(Shape shape, BiFunction<Scope, Node, Node> block, double... x) {
    Scope scope = Scope.root(false);
    Node y = block.apply(scope, scope.input("x", shape));
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    outputs.put("sum", Nodes.sum(y));
    return new Trial(new Graph(outputs), 1, Map.of("B", 1)).set("x", x);
  }

  private static Trial grid(int f, int d, BiFunction<Scope, Node, Node> block, double... x) {
    return trial(Shape.batch(f, d), block, x);
  }

  private static void expect(double[] found, double... wanted) {
    assertThat(found).containsExactly(wanted, within(6e-7));
  }

  private static SoftSelection selection(int heads) {
    return new SoftSelection(
        true,
        heads,
        1,
        true,
        0,
        SoftSelection.GateShape.FD,
        SoftSelection.GateScope.STRUCTURE,
        SoftSelection.GateActivation.NONE);
  }

  @Test
  void e1AttentionAndSoftSelection() {
    SoftSelection one = selection(1);
    Trial attention = grid(2, 2, one::attention, 1, 0, 0, 2);
    Trial selected =
        grid(2, 2, (s, e) -> one.select(s, "g", e, one.attention(s, e)), 1, 0, 0, 2)
            .set("g", .5, .25, 0, 1);
    for (Trial trial : List.of(attention, selected)) {
      trial
          .set("msa.0.W_Q", IDENTITY)
          .set("msa.0.W_K", .5, 0, 0, .5)
          .set("msa.0.W_V", 1, 1, 0, 1)
          .set("msa.0.W_O", IDENTITY);
    }
    expect(attention.run("y"), 0.587479, 1.412521, 0.195570, 1.804430);
    expect(selected.run("y"), 0.793740, 0.353130, 0, 1.804430);
    // nothing selected, all selected
    expect(selected.set("g", new double[4]).run("y"), 1, 0, 0, 2);
    expect(selected.set("g", 1, 1, 1, 1).run("y"), attention.run("y"));
  }

  @Test
  void e2AttentionOfTwoHeads() {
    double[] identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    Trial trial = grid(2, 4, selection(2)::attention, 1, 0, .5, -.5, 0, 1, 1, 1);
    for (String w : List.of("W_Q", "W_K", "W_V", "W_O")) {
      trial.set("msa.0." + w, identity);
    }
    expect(
        trial.run("y"),
        0.669762,
        0.330238,
        0.706260,
        0.118781,
        0.330238,
        0.669762,
        0.902215,
        0.706645);
  }

  private static Trial cross(CrossNet.Kind kind, int layers, CrossNet.Skip skip) {
    CrossNet net = new CrossNet(kind, layers, 1, 2, false, 0, skip);
    Trial trial = trial(Shape.batch(3), net::build, 1, 2, -1);
    for (int l = 0; l < layers; l++) {
      trial.set("b." + l, .01, .02, .03);
    }
    return trial;
  }

  @Test
  void e3CrossesByVector() {
    double[] w = {.1, .2, .3};
    Trial one = cross(CrossNet.Kind.VECTOR, 1, CrossNet.Skip.TRAINED).set("w.0", w);
    expect(one.run("y"), 1.21, 2.42, -1.17);
    expect(one.set("alpha.0", .5).run("y"), .71, 1.42, -.67);
    Trial two = cross(CrossNet.Kind.VECTOR, 2, CrossNet.Skip.IDENTITY);
    expect(two.set("w.0", w).set("w.1", w).run("y"), 1.474, 2.948, -1.394);
  }

  @Test
  void e4CrossesByMatrix() {
    double[] w = {.1, 0, .2, 0, .3, 0, .1, .1, .1};
    Trial one = cross(CrossNet.Kind.MATRIX, 1, CrossNet.Skip.IDENTITY).set("W.0", w);
    expect(one.run("y"), .91, 3.24, -1.23);
    Trial two = cross(CrossNet.Kind.MATRIX, 2, CrossNet.Skip.TRAINED);
    expect(two.set("W.0", w).set("W.1", w).run("y"), .765, 5.224, -1.552);
  }

  @Test
  void crossesByAMixtureOfLowRankExperts() {
    Trial mix =
        cross(CrossNet.Kind.MIX, 1, CrossNet.Skip.IDENTITY)
            .set("gate", .1, 0, .2, 0, .1, -.1)
            .set("U.0", .1, .2, .3, .3, -.1, .2)
            .set("V.0", .2, .1, 0, .1, 0, -.2)
            .set("C.0", 1, .5);
    expect(mix.run("y"), 1.050531, 2.080898, -1.090981);
  }

  @Test
  void crossesWithoutWeightsAreTheIdentity() {
    for (CrossNet.Kind kind : List.of(CrossNet.Kind.VECTOR, CrossNet.Kind.MATRIX)) {
      Trial trial = cross(kind, 1, CrossNet.Skip.TRAINED).set("b.0", new double[3]);
      String w = kind == CrossNet.Kind.VECTOR ? "w.0" : "W.0";
      trial.set(w, new double[trial.leaves.get(w).data().length]);
      expect(trial.run("y"), 1, 2, -1);
    }
  }

  @Test
  void e5FieldInteraction() {
    double[] w = {.1, .2, .3, .4};
    Trial one = grid(2, 2, new FieldNet(1, true, false)::build, FIELDS);
    expect(one.set("W.0", w).set("u.0", 1, .5).run("y"), 1.7, 2, 6, -.7);
    expect(one.set("W.0", new double[4]).set("u.0", 1, 1).run("y"), FIELDS);
    Trial two = grid(2, 2, new FieldNet(2, true, false)::build, FIELDS);
    two.set("W.0", w).set("u.0", 1, .5).set("W.1", w).set("u.1", 1, .5);
    expect(two.run("y"), 2.89, 2, 12, -.49);
  }

  @Test
  void e6Mappings() {
    Map<String, double[]> valueAndSlope =
        Map.of(
            "raw", new double[] {.8, 1},
            "sin", new double[] {.717356, .696707},
            "cos", new double[] {.696707, -.717356},
            "square", new double[] {.64, 1.6},
            "cube", new double[] {.512, 1.92},
            "sin:2", new double[] {Math.sin(1.6), 2 * Math.cos(1.6)},
            "cos:3", new double[] {Math.cos(2.4), -3 * Math.sin(2.4)});
    valueAndSlope.forEach(
        (name, wanted) -> {
          Trial trial = trial(Shape.batch(1), (s, h) -> new Mapping(name).apply(h), .8);
          expect(trial.run("y"), wanted[0]);
          expect(trial.gradients("sum").get("x").data(), wanted[1]);
        });
  }

  @Test
  void pairsOfAFactorisationMachine() {
    Trial pairs = grid(3, 2, (s, e) -> Pairs.pooled(e), 1, 2, 3, -1, .5, .5);
    expect(pairs.run("y"), 5, -1.5);
    expect(pairs.run("sum"), 3.5);
  }

  @Test
  void deepAndWideLogits() {
    Dnn deep = new Dnn(Mlp.of(List.of(2)));
    Trial dnn =
        trial(Shape.batch(3), (s, x) -> deep.logit(s, Features.of(x)), 1, -1, 2).set("head.b", .2);
    WideDeep both = new WideDeep(Mlp.of(List.of(2)));
    Trial wide =
        trial(
                Shape.batch(3),
                (s, x) ->
                    both.logit(
                        s, new Features(x, 3, 1, Optional.of(s.input("lin", Shape.batch(2))))),
                1,
                -1,
                2)
            .set("lin", -.3, .25)
            .set("w0", .1);
    for (Trial trial : List.of(dnn, wide)) {
      trial.set("mlp.W.0", .1, .2, .3, -.4, .5, .1).set("mlp.b.0", 0, .1).set("head.W", .5, -1);
    }
    expect(dnn.run("y"), -.3);
    expect(wide.run("y"), -.45);
    Node loss = Losses.binary(Nodes.scalar(-.3), Nodes.scalar(1));
    Map<String, Node> outputs =
        Map.of(
            "loss", loss,
            "dnn", Nodes.sigmoid(Nodes.scalar(-.3)),
            "wide", Nodes.sigmoid(Nodes.scalar(-.45)));
    Trial numbers = new Trial(new Graph(outputs), 1, Map.of());
    expect(numbers.run("loss"), .854355);
    expect(numbers.run("dnn"), .425557);
    expect(numbers.run("wide"), .389361);
  }

  private static Trial cin(boolean split, Activation activation) {
    Cin cin = new Cin(List.of(2, 2), split, activation, false);
    return grid(2, 2, cin::build, FIELDS).set("W.0", .1, .2, .3, .4, .5, 0, 0, -.5);
  }

  @Test
  void compressedInteractions() {
    double[] top = {.1, .1, .2, .2, 1, 0, 0, 1};
    expect(cin(false, Activation.LINEAR).set("W.1", top).run("y"), 5, -2.5, -.84, -8.7);
    expect(cin(false, Activation.RELU).set("W.1", top).run("y"), 5.2, 1.5, 2.38, 5.2);
    expect(cin(true, Activation.LINEAR).set("W.1", .1, .1, 1, 0).run("y"), -2.5, 2.06, 4.8);
  }

  private static Trial autoInt(boolean scaling) {
    AutoInt layer = new AutoInt(1, 1, 2, scaling, Mlp.of(List.of()));
    return grid(
            2,
            2,
            (s, e) -> layer.build(s, new Features(Nodes.flatten(e), 2, 2, Optional.empty())),
            1,
            0,
            0,
            2)
        .set("att.0.Q", IDENTITY)
        .set("att.0.K", .5, 0, 0, .5)
        .set("att.0.V", 1, 1, 0, 1)
        .set("att.0.Res", .1, 0, 0, -1);
  }

  @Test
  void interactingFields() {
    expect(autoInt(false).run("y"), .722459, 1.377541, .119203, 0);
    expect(autoInt(true).run("y"), .687479, 1.412521, .195570, 0);
  }

  /** AutoInt+: the logit of a deep network over the same fields is added. */
  @Test
  void interactingFieldsBesideADeepNetwork() {
    AutoInt plus = new AutoInt(1, 1, 2, false, Mlp.of(List.of(2)));
    Trial trial =
        grid(
            2,
            2,
            (s, e) -> plus.logit(s, new Features(Nodes.flatten(e), 2, 2, Optional.empty())),
            1,
            0,
            0,
            2);
    trial.leaves.replaceAll((name, t) -> name.equals("x") ? t : Tensor.zeros(t.shape()));
    // relu(x W) = (1, 4), weighed by the last two entries of the head: 1 · 0.5 + 4 · 0.25 + 0.1
    trial.set("mlp.W.0", 1, 0, 0, 0, 0, 0, 0, 2).set("head.W", 9, 9, 9, 9, .5, .25);
    expect(trial.set("head.b", .1).run("y"), 1.6);
  }
}
