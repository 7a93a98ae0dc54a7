package dev.tandem.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.graph.Gradients;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Rewrites;
import dev.tandem.graph.Scope;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Task;
import dev.tandem.scoring.CentralDifference;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every interaction, every way to read a sequence, and a small whole model of each family against
 * central differences, entries drawn from every parameter and every input. Where a gradient is not
 * that of the loss by intent (virtual gradient, stopped gradients), the case leaves that part out.
 */
class FamilyGradientTest {
  private static final int ENTRIES = 4;
  private static final int ROWS = 4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross_stitch, units: [3, 2]",
        "cross_stitch, units: [3], per_channel: true",
        "sluice, layers: 2, width: 4, lambda: 0.3",
        "sluice, layers: 2, width: 2, normalise: true",
        "snr, nets: [2, 2], width: 3, lambda: 0.3",
        "snr, nets: [2], width: 3, connection: aver, normalise: true, hidden: [3]",
        "aitm, units: [3], dropout: 0.2",
        "dephn, preset: mt_phn, expert: {hidden: [3], width: 3}",
        "dephn, virtual_gradient: none, mappings: [raw, sin, cos, square, cube, 'sin:2', 'cos:3'], tower_hidden: [3],"
            + " expert: {hidden: [3, 3, 3], width: 3, crosses: both}",
        "dephn, virtual_gradient: none, gate: mg, output: mean_prob, public_experts: [dnn, cross, field],"
            + " expert: {hidden: [3], width: 3, crosses: mix, mix_rank: 2, mix_experts: 2, projection: none, residual: fixed},"
            + " selection: {gate_scope: expert, gate_shape: f, gate_activation: sigmoid, layers: 2, out_projection: false}",
      })
  void bodies(String body) {
    MultiTaskModel model = Contracts.model("body: {type: %s}".formatted(body));
    compare(model.training(Contracts.FIELDS, Contracts.funnel(2)), 2);
  }

  /** One task each: STEM then has no other task whose experts it would spare. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bottom: stem_embedding, body: {type: stem, expert_units: [3], shared_experts: 1, gate: {hidden: [2]}}",
        "body: {type: dephn, preset: phn, expert: {hidden: [3], width: 3, crosses: vector}}",
      })
  void oneTask(String text) {
    compare(Contracts.model(text).training(Contracts.FIELDS, Contracts.funnel(1)), 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mean",
        "sum",
        "max",
        "din",
        "target_attention",
        "transformer",
        "transformer_with_target"
      })
  void sequenceBlocks(String block) {
    bottoms("type: shared_embedding, sequences: " + block);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type: dtrn, tim: {heads: 2, task_dim: 3, behaviour_dim: 2, hyper_units: 3}",
        "type: dtrn, tim: {condition: generated_linear, layers: 2, pooling: last, learned_empty: true, task_dim: 2,"
            + " behaviour_dim: 2, hyper_units: 3, dropout: 0}, trm: {gate: two_sigmoid, granularity: element, hidden: 3}",
        "type: dtrn, shared_input: own, tim: {condition: private, pooling: mean, target_in_sequence: true},"
            + " trm: {gate: relu, squeeze: mean, hidden: 3}",
        "type: dtrn, refinement: false, tim: {condition: ln_off, positional: false}",
      })
  void bottoms(String bottom) {
    MultiTaskModel model =
        Contracts.model("bottom: {%s}, body: {type: cgc, expert_units: [2]}".formatted(bottom));
    compare(model.training(Contracts.FULL, Contracts.funnel(2)), 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"esmm", "behavioural_calibrator", "esm2"})
  void heads(String head) {
    int tasks = head.equals("esmm") ? 2 : 3;
    List<Task> funnel = head.equals("esm2") ? Trial.tasks(3) : Contracts.funnel(tasks);
    MultiTaskModel model =
        Contracts.model(
            "body: {type: shared_bottom, bottom: [3]}, head: {type: %s}".formatted(head));
    compare(model.training(Contracts.FIELDS, funnel), tasks);
  }

  /**
   * Without the first task's tower, bottom and inputs, to which the propensity's gradient is cut.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ips", "ips, self_normalised: true", "dr"})
  void propensities(String estimator) {
    MultiTaskModel model =
        Contracts.model(
            "body: {type: single_task, units: [3]}, head: {type: escm2, clip: 0.3, estimator: %s}"
                .formatted(estimator));
    Graph training = model.training(Contracts.FIELDS, Contracts.funnel(2));
    compare(training, 2, name -> name.startsWith("tower.1") || name.startsWith("tower.2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lr",
        "fm",
        "deep_fm, hidden: [3]",
        "dnn, hidden: {units: [3, 2], activation: tanh, norm: layer, dropout: 0.2}",
        "wide_deep, hidden: [3]",
        "nfm, hidden: [3], norm: layer, dropout: 0.2",
        "dcn, layers: 2, hidden: [3]",
        "dcn, structure: cross_only",
        "dcn_v2, hidden: [3], diagonal: 0.5",
        "dcn_v2, cross: low_rank, rank: 2, structure: stacked, hidden: [3]",
        "dcn_v2, cross: mix, rank: 2, experts: 2, gate_per_layer: true, hidden: [3]",
        "fint, hidden: [3], glorot_skip: true",
        "xdeep_fm, maps: [4, 2], split: true, activation: tanh, hidden: [3]",
        "auto_int, layers: 2, heads: 2, width: 4, scaling: true, hidden: [3]",
      })
  void interactions(String interaction) {
    String text = "body: {type: single_task, network: {type: %s}}".formatted(interaction);
    Interaction block = ((SingleTask) Contracts.model(text).body()).network().orElseThrow();
    InputLayout layout = Contracts.FIELDS;
    Scope scope = Scope.root(true);
    Features x = new SharedEmbedding().build(scope, layout, Contracts.funnel(1)).shared();
    Node built = Nodes.sum(Nodes.square(block.build(scope.at("expert"), x)));
    Node logit = Nodes.sum(Nodes.sigmoid(block.logit(scope, x)));
    compare(new Graph(Map.of("loss", Nodes.add(built, logit))), 1);
  }

  private static void compare(Graph graph, int tasks) {
    compare(graph, tasks, name -> true);
  }

  private static void compare(Graph graph, int tasks, java.util.function.Predicate<String> which) {
    Map<String, Tensor> leaves = Contracts.leaves(graph, ROWS, tasks, 3);
    SplittableRandom random = new SplittableRandom(5);
    for (Parameter p : graph.parameters()) { // biases of zero sit on the kinks of dead units
      if (p.role() == Parameter.Role.BIAS || p.role() == Parameter.Role.CONNECTION) {
        double[] values = leaves.get(p.name()).data();
        Arrays.setAll(values, i -> values[i] + random.nextDouble(-.4, .4));
      }
    }
    Map<String, Node> wrt = new LinkedHashMap<>();
    graph.parameters().stream()
        .filter(p -> p.trainable() && which.test(p.name()))
        .forEach(p -> wrt.put(p.name(), graph.leaf(p.name()).orElseThrow()));
    graph.inputs().stream()
        .filter(i -> i.name().matches("(fields|numbers|linear|sequence)\\b.*"))
        .filter(i -> which.test(i.name()))
        .forEach(i -> wrt.put(i.name(), graph.leaf(i.name()).orElseThrow()));
    assertThat(wrt).isNotEmpty();
    Map<Node, Node> gradients = Gradients.of(graph.output("loss"), wrt.values());
    Map<String, Node> outputs = new LinkedHashMap<>();
    wrt.forEach((name, node) -> outputs.put(name, gradients.get(node)));
    Map<String, Tensor> found = Reference.run(Rewrites.simplify(new Graph(outputs)), leaves);
    Graph loss = Rewrites.simplify(graph.select("loss"::equals));
    double largest = 0;
    for (String name : wrt.keySet()) {
      double[] at = leaves.get(name).data();
      for (int n = 0; n < Math.min(ENTRIES, at.length); n++) {
        int i = at.length <= ENTRIES ? n : random.nextInt(at.length);
        double gradient = found.get(name).data()[i];
        double numeric =
            CentralDifference.check(
                name, at, i, gradient, () -> Reference.run(loss, leaves).get("loss").data()[0]);
        largest = Math.max(largest, Math.abs(numeric));
      }
    }
    assertThat(largest).isGreaterThan(1e-3);
  }
}
