package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Activation;
import dev.tandem.layer.Mlp;
import dev.tandem.loss.LabelSimilarity;
import dev.tandem.model.Dephn.Coefficient;
import dev.tandem.model.Dephn.GateKind;
import dev.tandem.model.HeterogeneousExpert.Kind;
import dev.tandem.schema.Task;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The worked examples E7–E12 of DEPHN's specification, and what the virtual gradient must not
 * touch.
 */
class DephnNumbersTest {
  private static final List<Task> TASKS = List.of(Task.binary("a", "l"), Task.binary("b", "l"));
  private static final String PHI = "phi.pearson.batch";

  private static SoftSelection selection(boolean enabled) {
    return new SoftSelection(
        enabled,
        1,
        1,
        true,
        0,
        SoftSelection.GateShape.FD,
        SoftSelection.GateScope.STRUCTURE,
        SoftSelection.GateActivation.NONE);
  }

  private static HeterogeneousExpert expert(int width) {
    return new HeterogeneousExpert(
        List.of(),
        Optional.empty(),
        width,
        Activation.RELU,
        HeterogeneousExpert.Crosses.MATRIX,
        1,
        1,
        1,
        1,
        false,
        HeterogeneousExpert.Projection.DENSE_RELU,
        HeterogeneousExpert.Residual.FIXED);
  }

  private static Dephn small(Optional<Coefficient> coefficient) {
    return small(coefficient, List.of());
  }

  private static Dephn small(Optional<Coefficient> coefficient, List<Double> biasPrior) {
    return new Dephn(
        Dephn.Preset.DEPHN,
        Optional.of(List.of(Kind.DNN)),
        Optional.empty(),
        Optional.of(GateKind.TVG),
        Optional.empty(),
        coefficient,
        LabelSimilarity.Measure.PEARSON,
        LabelSimilarity.Scope.BATCH,
        0,
        Dephn.Combine.PRODUCT,
        selection(true),
        expert(2),
        List.of(),
        Dephn.Output.SUM_LOGITS,
        biasPrior);
  }

  /** With nothing learnt, a task's probability starts at its share of positives. */
  @Test
  void biasesStartAtThePriors() {
    Features x = new Features(Scope.root(true).input("x", Shape.batch(4)), 2, 2, Optional.empty());
    Dephn dephn = small(Optional.empty(), List.of(0.2, 0.001));
    Graph graph =
        new Graph(
            Map.of("a", dephn.build(Scope.root(true), Representation.shared(x), TASKS).get(1)));
    Parameter bias =
        graph.parameters().stream().filter(p -> p.name().equals("bpub.1")).findFirst().get();
    assertThat(Init.draw(bias, 1)[0]).isEqualTo((float) Math.log(0.001 / 0.999));
    Representation in = Representation.shared(x);
    assertThatThrownBy(
            () -> small(Optional.empty(), List.of(0.2)).build(Scope.root(true), in, TASKS))
        .hasMessageContaining("model.body.bias_prior: found 1 shares for 2 tasks");
  }

  /** Public deep experts of width 1 that read the raw fields, and nothing else. */
  private static Dephn gated(
      int experts, GateKind gate, List<String> mappings, Coefficient coefficient, double floor) {
    return new Dephn(
        Dephn.Preset.DEPHN,
        Optional.of(Collections.nCopies(experts, Kind.DNN)),
        Optional.of(List.of()),
        Optional.of(gate),
        Optional.of(mappings),
        Optional.of(coefficient),
        LabelSimilarity.Measure.PEARSON,
        LabelSimilarity.Scope.BATCH,
        floor,
        Dephn.Combine.PRODUCT,
        selection(false),
        expert(1),
        List.of(),
        Dephn.Output.SUM_LOGITS,
        List.of());
  }

  private static Trial training(Dephn dephn, int fields, List<Task> tasks) {
    Scope scope = Scope.root(true);
    Features x = new Features(scope.input("x", Shape.batch(fields)), fields, 1, Optional.empty());
    MultiTaskModel model =
        new MultiTaskModel(new SharedEmbedding(), dephn, Mlp.of(List.of()), new Independent());
    return new Trial(model.training(scope, Representation.shared(x), tasks), 1, Map.of("B", 1));
  }

  private static void printed(double[] found, double... wanted) {
    assertThat(found).containsExactly(wanted, within(6e-7));
  }

  @Test
  void e7SoftmaxGate() {
    Trial trial =
        training(gated(4, GateKind.MG, List.of("raw"), Coefficient.NONE, 0), 3, TASKS.subList(0, 1))
            .set("x", 1, -2, .5)
            .set("M.0", .2, .1, 0, -.1, 0, .3, -.2, .1, .4, 0, .2, .2);
    printed(trial.run("probe.G.0"), 0.326738, 0.132842, 0.361102, 0.179318);
  }

  /** One sample, one expert whose activation is its input 0.8, three mappings. */
  private static Trial e10(Coefficient coefficient, double floor) {
    Trial trial =
        training(
            gated(1, GateKind.TVG, List.of("raw", "sin", "cos"), coefficient, floor), 1, TASKS);
    if (coefficient != Coefficient.NONE) {
      trial.set(PHI, 1, .4666667, .4666667, 1);
    }
    return trial
        .set("x", .8)
        .set("pub.0.W.0", 1)
        .set("G", 1, .6, .2, .4, .9, -1.1)
        .set("Wpub.0", .5, -.3, .2)
        .set("bpub.0", .1)
        .set("Wpub.1", .1, .7, -.4)
        .set("bpub.1", -.2)
        .set("labels", 1, 0)
        .set("weights", 1, 1)
        .set("omega", 1, 1);
  }

  @Test
  void e10GradientsOfTheGates() {
    Trial plain = e10(Coefficient.NONE, 0);
    printed(plain.run("logit.a"), 0.398744);
    printed(plain.run("logit.b"), 0.590485);
    printed(plain.run("prediction.a"), 0.598386);
    printed(plain.run("prediction.b"), 0.643476);
    printed(plain.run("loss.a"), 0.513519);
    printed(plain.run("loss.b"), 1.031355);
    printed(
        plain.gradients("loss").get("G").data(),
        -0.160646,
        0.086430,
        -0.055961,
        0.051478,
        0.323121,
        -0.179326);
    Trial h = e10(Coefficient.H, 0);
    printed(h.run("probe.Gamma.0"), 0.516398, 0.966092, 1.366260);
    printed(e10(Coefficient.E, 0).run("probe.Gamma.1"), 0.021852, 0.256855, 0.895472);
    printed(
        h.gradients("loss").get("G").data(),
        -0.082957,
        0.083499,
        -0.076458,
        0.026583,
        0.312165,
        -0.245006);
    for (Trial one : List.of(plain, h)) {
      printed(one.gradients("loss").get("x").data(), -0.033845);
    }
    printed(e10(Coefficient.H, .7).run("probe.Gamma.0"), .7, 0.966092, 1.366260);
  }

  @Test
  void e11ThreeTasks() {
    Trial trial =
        training(gated(1, GateKind.TVG, List.of("raw"), Coefficient.H, 0), 1, Trial.tasks(3))
            .set("G", 1, .4, .9)
            .set(PHI, 1, 7 / 15.0, 1, 7 / 15.0, 1, 7 / 15.0, 1, 7 / 15.0, 1);
    printed(trial.run("probe.Gamma.0"), 0.326599);
    printed(trial.run("probe.Gamma.1"), 0.188562);
    printed(trial.run("probe.Gamma.2"), 0.230940);
  }

  /** The model of E12 with its parameters filled by rule in the order of the specification. */
  private static Map<String, double[]> e12(Optional<Coefficient> coefficient) {
    Scope scope = Scope.root(true);
    Node e = scope.input("E", Shape.batch(2, 2));
    Features x = new Features(Nodes.flatten(e), 2, 2, Optional.empty());
    MultiTaskModel model =
        new MultiTaskModel(
            new SharedEmbedding(), small(coefficient), Mlp.of(List.of()), new Independent());
    Graph graph = model.training(scope, Representation.shared(x), TASKS);
    List<String> order =
        List.of(
            "msa.0.W_Q",
            "msa.0.W_K",
            "msa.0.W_V",
            "msa.0.W_O",
            "g.dnn",
            "g.cross",
            "g.field",
            "pub.0.W.0",
            "pub.0.b.0",
            "pri.0.0.W.0",
            "pri.0.0.b.0",
            "pri.0.0.P",
            "pri.0.0.p",
            "pri.0.1.W.0",
            "pri.0.1.u.0",
            "pri.0.1.P",
            "pri.0.1.p",
            "pri.1.0.W.0",
            "pri.1.0.b.0",
            "pri.1.0.P",
            "pri.1.0.p",
            "pri.1.1.W.0",
            "pri.1.1.u.0",
            "pri.1.1.P",
            "pri.1.1.p",
            "G",
            "Wpub.0",
            "bpub.0",
            "Wpri.0",
            "bpri.0",
            "Wpub.1",
            "bpub.1",
            "Wpri.1",
            "bpri.1");
    Map<String, Tensor> leaves = new HashMap<>();
    graph
        .parameters()
        .forEach(
            p -> {
              int n = order.indexOf(p.name()) + 1;
              assertThat(n).as(p.name()).isPositive();
              leaves.put(p.name(), InteractionNumbersTest.fill(n, p.shape().resolve(Map.of())));
            });
    leaves.put("E", InteractionNumbersTest.fill(35, 3, 2, 2));
    float[] labels = {1, 1, 0, 0, 1, 0};
    float[] observed = {1, 1, 1, 1, 1, 1};
    double[] phi =
        new LabelSimilarity(LabelSimilarity.Measure.PEARSON, LabelSimilarity.Scope.BATCH, 2)
            .next(labels, observed, 3);
    leaves.put(PHI, new Tensor(phi, 2, 2));
    leaves.put("labels", new Tensor(new double[] {1, 1, 0, 0, 1, 0}, 3, 2));
    double[] thirds = new double[6];
    Arrays.fill(thirds, 1.0 / 3);
    leaves.put("weights", new Tensor(thirds, 3, 2));
    leaves.put("omega", new Tensor(new double[] {1, 1}, 2));
    leaves.put("rowWeight", new Tensor(Arrays.copyOf(thirds, 3), 3, 1));
    Map<String, Node> outputs = new LinkedHashMap<>(graph.outputs());
    Map<String, Node> wrt = new LinkedHashMap<>();
    graph.parameters().forEach(p -> wrt.put(p.name(), graph.leaf(p.name()).orElseThrow()));
    Map<Node, Node> gradients = Gradients.of(graph.output("loss"), wrt.values());
    wrt.forEach((name, leaf) -> outputs.put("d " + name, gradients.get(leaf)));
    Map<String, double[]> values = new LinkedHashMap<>();
    Reference.run(new Graph(outputs), leaves).forEach((name, t) -> values.put(name, t.data()));
    values.put("phi", phi);
    return values;
  }

  private static void close(double[] found, double... wanted) {
    assertThat(found).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).as("[%d]", i).isCloseTo(wanted[i], within(1e-8));
    }
  }

  @Test
  void e12EndToEnd() {
    Map<String, double[]> v = e12(Optional.of(Coefficient.H));
    close(
        Arrays.copyOf(v.get("probe.E_SA"), 4),
        -0.010191657,
        -0.038128557,
        -0.010212879,
        -0.038093461);
    close(
        Arrays.copyOf(v.get("probe.z.dnn"), 4),
        0.425053480,
        0.230791540,
        0.109522740,
        -0.010370035);
    close(
        Arrays.copyOf(v.get("probe.z.cross"), 4),
        0.234014753,
        0.229717215,
        0.202345470,
        0.015739629);
    close(
        Arrays.copyOf(v.get("probe.z.field"), 4),
        0.399698229,
        0.489415872,
        0.334224633,
        0.027166356);
    close(v.get("probe.h"), 0, 0.150477131, 0, 0.190204436, 0, 0.274922249);
    close(v.get("probe.public.0"), -0.229052015, -0.232210089, -0.238841562);
    close(v.get("probe.public.1"), -0.073809497, -0.073652571, -0.073380801);
    close(v.get("probe.private.0"), 0.724009870, 0.674757328, 0.785745568);
    close(v.get("probe.private.1"), 0.607825561, 0.771853049, 0.597443307);
    close(v.get("prediction.a"), 0.621273679, 0.608865819, 0.633416999);
    close(v.get("prediction.b"), 0.630419307, 0.667788674, 0.628097224);
    close(v.get("loss.a"), 0.623771500);
    close(v.get("loss.b"), 0.850825639);
    close(v.get("loss"), 1.474597139);
    close(v.get("probe.G.0"), 0.474848458, 0.222994991, -0.039673380);
    close(v.get("probe.G.1"), -0.189619615, -0.156321658, 0.044559943);
    assertThat(publicShare(v, 0)).isCloseTo(0.242702516, within(1e-8));
    assertThat(publicShare(v, 1)).isCloseTo(0.100476072, within(1e-8));
    assertThat(v.get("phi")[1]).isCloseTo(0.5, within(1e-12));
    close(v.get("probe.Gamma.0"), 0.811093271, 0.694790187, 1.289599437);
    close(
        v.get("d G"),
        0.002026641,
        -0.000081463,
        -0.044973144,
        0.009011101,
        -0.011178111,
        0.005684217);
    assertThat(v.get("d msa.0.W_Q")[0]).isCloseTo(0.000001118, within(1e-8));
    assertThat(v.get("d msa.0.W_O")[2]).isCloseTo(0.002462077, within(1e-8));
    assertThat(v.get("d g.dnn")[0]).isCloseTo(0.002678053, within(1e-8));
    assertThat(v.get("d g.cross")[1]).isCloseTo(-0.003769173, within(1e-8));
    assertThat(v.get("d g.field")[3]).isCloseTo(0.011522445, within(1e-8));
    assertThat(v.get("d pub.0.W.0")[1]).isCloseTo(0.009416101, within(1e-8));
    assertThat(v.get("d pri.0.0.W.0")[1]).isCloseTo(-0.000244603, within(1e-8));
    assertThat(v.get("d pri.0.1.W.0")[2]).isCloseTo(-0.002429479, within(1e-8));
    assertThat(v.get("d pri.0.1.u.0")[0]).isCloseTo(-0.054380131, within(1e-8));
    close(v.get("d bpri.1"), 0.308768402);
  }

  private static double publicShare(Map<String, double[]> values, int task) {
    double open = Arrays.stream(values.get("probe.public." + task)).map(Math::abs).sum();
    double own = Arrays.stream(values.get("probe.private." + task)).map(Math::abs).sum();
    return open / (open + own);
  }

  @Test
  void theVirtualGradientTouchesTheGatesAlone() {
    Map<String, double[]> with = e12(Optional.of(Coefficient.H));
    Map<String, double[]> without = e12(Optional.of(Coefficient.NONE));
    close(
        without.get("d G"),
        0.002498653,
        -0.000117248,
        -0.034873731,
        0.011109822,
        -0.016088470,
        0.004407738);
    without.forEach(
        (name, value) -> {
          if (!name.equals("d G")) {
            assertThat(with.get(name)).as(name).isEqualTo(value);
          }
        });
    for (int t = 0; t < 2; t++) {
      for (int i = 0; i < 3; i++) {
        double ratio = with.get("d G")[3 * t + i] / without.get("d G")[3 * t + i];
        assertThat(ratio).isCloseTo(with.get("probe.Gamma." + t)[i], within(1e-9));
      }
    }
  }

  @Test
  void e8TheEightFunctions() {
    double[][] points = {{0, 0}, {1, 1}, {1, 0}, {.5, .5}, {.3, .4}, {.9, .2}, {.8, .7}, {.25, 1}};
    double[][] wanted = {
      {2, 2, 2, 2, 2, 2, 2, 2},
      {2, 2, 2, 2, 2, 2, 2, 2},
      {2, 2, 2, 2, 0, 0, 0, 0},
      {1, 1, .5, 1.414214, 0, 0, 0, 0},
      {1.728969, 1.52, 1.1552, 1.743560, .412215, .6, .18, 1.095445},
      {1.425779, 1.28, .8192, 1.6, .048943, .2, .02, .632456},
      {.070224, .24, .0288, .692820, 1, 1, .5, 1.414214},
      {1, 1, .5, 1.414214, .292893, .5, .125, 1}
    };
    for (int p = 0; p < points.length; p++) {
      for (VirtualGradient f : VirtualGradient.values()) {
        Node gamma = f.gamma(Nodes.scalar(points[p][0]), Nodes.scalar(points[p][1]));
        double value = Reference.run(new Graph(Map.of("g", gamma)), Map.of()).get("g").data()[0];
        assertThat(value).as(f + " at " + p).isCloseTo(wanted[p][f.ordinal()], within(1e-6));
      }
    }
  }

  /** Their means over the unit square, and where they leave the gradient as it is. */
  @Test
  void theFunctionsMeansAndNeutralLines() {
    double[] means = {1.2257, 1.1931, 0.8889, 1.4740, 0.5947, 0.6667, 0.3333, 1.0667};
    double[][] neutral = {
      {.25, .75}, {.25, .75}, {.146447, .853553}, {.375, .625},
      {.5, 1.5}, {.5, 1.5}, {1 - .707107, 1 + .707107}, {.75, 1.25}
    };
    int n = 400;
    for (VirtualGradient f : VirtualGradient.values()) {
      double[] x = new double[n * n];
      double[] y = new double[n * n];
      for (int i = 0; i < x.length; i++) {
        x[i] = (i / n + .5) / n;
        y[i] = (i % n + .5) / n;
      }
      double[] gamma = gamma(f, x, y);
      assertThat(Arrays.stream(gamma).average().orElseThrow())
          .as("mean of %s", f)
          .isCloseTo(means[f.ordinal()], within(2e-4));
      boolean additive = f.ordinal() >= VirtualGradient.E.ordinal();
      for (double level : neutral[f.ordinal()]) {
        double[] half = {additive ? level / 2 : Math.sqrt(level)};
        assertThat(gamma(f, half, half)[0]).as("%s at %s", f, level).isCloseTo(1, within(1e-5));
      }
    }
  }

  private static double[] gamma(VirtualGradient f, double[] x, double[] y) {
    Shape shape = Shape.of(x.length);
    Node value = f.gamma(Nodes.constant(shape, x), Nodes.constant(shape, y));
    return Reference.run(new Graph(Map.of("g", value)), Map.of()).get("g").data();
  }

  @Test
  void e9SimilarityOfLabels() {
    double[][] columns = {
      {1, 0, 1, 0, 0, 1, 0, 0}, {1, 0, 0, 0, 0, 1, 0, 1}, {0, 1, 0, 1, 1, 0, 1, 1}, new double[8]
    };
    float[] labels = new float[32];
    float[] observed = new float[32];
    Arrays.fill(observed, 1);
    for (int i = 0; i < 32; i++) {
      labels[i] = (float) columns[i % 4][i / 4];
    }
    double[] cosine = next(LabelSimilarity.Measure.COSINE, labels, observed);
    double[] pearson = next(LabelSimilarity.Measure.PEARSON, labels, observed);
    assertThat(cosine[1]).isCloseTo(.666667, within(1e-6));
    assertThat(pearson[1]).isCloseTo(.466667, within(1e-6));
    assertThat(cosine[2]).isZero();
    assertThat(pearson[2]).isCloseTo(1, within(1e-12));
    assertThat(cosine[6]).isCloseTo(.258199, within(1e-6));
    assertThat(pearson[6]).isCloseTo(.466667, within(1e-6));
    assertThat(cosine[3]).isEqualTo(LabelSimilarity.UNDEFINED);
    assertThat(pearson[7]).isEqualTo(LabelSimilarity.UNDEFINED);
  }

  private static double[] next(LabelSimilarity.Measure measure, float[] labels, float[] observed) {
    return new LabelSimilarity(measure, LabelSimilarity.Scope.BATCH, 4).next(labels, observed, 8);
  }

  @Test
  void refusesWhatMakesNoSense() {
    Dephn dephn = small(Optional.of(Coefficient.H));
    Scope scope = Scope.root(true);
    Features x = new Features(scope.input("x", Shape.batch(4)), 2, 2, Optional.empty());
    assertThatThrownBy(() -> dephn.build(scope, Representation.shared(x), TASKS.subList(0, 1)))
        .hasMessageContaining("virtual_gradient")
        .hasMessageContaining("none");
    Features withNumbers = new Features(scope.input("n", Shape.batch(5)), 2, 2, Optional.empty());
    assertThatThrownBy(() -> dephn.build(scope, Representation.shared(withNumbers), TASKS))
        .hasMessageContaining("numeric");
    assertThatThrownBy(() -> new Mapping("tan")).hasMessageContaining("allowed: raw, sin, cos");
  }
}
