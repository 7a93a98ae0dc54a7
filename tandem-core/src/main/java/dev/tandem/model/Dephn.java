package dev.tandem.model;

import static dev.tandem.graph.Nodes.abs;
import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.clamp;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.flatten;
import static dev.tandem.graph.Nodes.insert;
import static dev.tandem.graph.Nodes.log;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.ones;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.scaleGradient;
import static dev.tandem.graph.Nodes.select;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.stopGradient;
import static dev.tandem.graph.Nodes.sub;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.loss.LabelSimilarity;
import dev.tandem.model.HeterogeneousExpert.Kind;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The PHN family (Kong et al., DEPHN, IJCNN 2023; Su et al., PHN, 2022): soft selection between raw
 * and attended fields for three kinds of experts, public experts behind explicit mappings and task
 * gates, private experts per task, and a virtual gradient on the gates. The presets name the
 * papers' models; every part can be changed on its own.
 *
 * <p>Parameters: {@code msa.l.*}, {@code g.dnn|cross|field}, {@code pub.k.*}, {@code pri.t.q.*},
 * {@code G [T,K,P]} or {@code M.t}, {@code m.t}, {@code Wpub.t}, {@code bpub.t}, {@code Wpri.t},
 * {@code bpri.t}, {@code Tpub.t.*}.
 */
@Doc(
    "PHN, MT-PHN and DEPHN: heterogeneous experts, soft selection, explicit mappings, virtual gradient.")
public record Dephn(
    @Doc(
            "The paper's model that gives the defaults of public, private, gate, mappings and virtual_gradient.")
        @Default("dephn")
        Preset preset,
    @Doc("Experts that all tasks share: dnn, cross, field, in this order.") @Default("null")
        Optional<List<Kind>> publicExperts,
    @Doc("Experts that every task owns.") @Default("null") Optional<List<Kind>> privateExperts,
    @Doc(
            "The gate over mapped public experts: trained values (tvg), softmax of the input (mg), none.")
        @Default("null")
        Optional<GateKind> gate,
    @Doc("Mappings of every public expert: raw, sin, cos, square, cube, sin:m, cos:m.")
        @Default("null")
        Optional<List<String>> mappings,
    @Doc("Coefficient function of the virtual gradient, a to h, or none.") @Default("null")
        Optional<Coefficient> virtualGradient,
    @Doc("How the similarity of two tasks' labels is measured.") @Default("pearson")
        LabelSimilarity.Measure correlation,
    @Doc("Whether it is measured in the batch or over the epoch so far.") @Default("batch")
        LabelSimilarity.Scope phiScope,
    @Doc("A floor under each pair's coefficient.") @Default("0") @Range(min = 0, max = 2)
        double gammaMin,
    @Doc("How the coefficients of several other tasks combine.") @Default("product")
        Combine combine,
    @Doc("Soft selection between raw and attended fields.") @Default("{}") SoftSelection selection,
    @Doc("The experts.") @Default("{}") HeterogeneousExpert expert,
    @Doc("Hidden layers of the public tower.") @Default("[]") @Range(min = 1)
        List<Integer> towerHidden,
    @Doc("How public and private activations combine.") @Default("sum_logits") Output output,
    @Doc(
            "Share of positives per task, at which the public tower's bias starts its task's probability, for rare labels; at a bias of 0 when empty.")
        @Default("[]")
        @Range(min = 1e-9, max = 0.999999999)
        List<Double> biasPrior)
    implements Body {

  /** The papers' models. */
  public enum Preset {
    PHN,
    MT_PHN,
    DEPHN
  }

  /** Kinds of gates. */
  public enum GateKind {
    TVG,
    MG,
    NONE
  }

  /** Coefficient functions by name. */
  public enum Coefficient {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    NONE
  }

  /** Over more than two tasks. */
  public enum Combine {
    PRODUCT,
    GEOMEAN,
    MEAN
  }

  /** From two activations to a probability. */
  public enum Output {
    /** One sigmoid on their sum. */
    SUM_LOGITS,
    /** The mean of two sigmoids. */
    MEAN_PROB
  }

  private static final double CLIP = 1e-7;

  private List<Kind> publics() {
    return publicExperts.orElseGet(
        () ->
            preset == Preset.PHN
                ? List.of(Kind.DNN, Kind.CROSS, Kind.FIELD)
                : List.of(Kind.DNN, Kind.DNN, Kind.DNN, Kind.DNN));
  }

  private List<Kind> privates() {
    return privateExperts.orElseGet(
        () -> preset == Preset.PHN ? List.of() : List.of(Kind.CROSS, Kind.FIELD));
  }

  private GateKind gates() {
    return gate.orElseGet(
        () ->
            switch (preset) {
              case PHN -> GateKind.NONE;
              case MT_PHN -> GateKind.MG;
              case DEPHN -> GateKind.TVG;
            });
  }

  /** The mappings of every public expert, in order. */
  public List<Mapping> maps() {
    List<String> names =
        mappings.orElseGet(
            () -> preset == Preset.DEPHN ? List.of("raw", "sin", "cos") : List.of("raw"));
    return names.stream().map(Mapping::new).toList();
  }

  /** The function of the virtual gradient, if there is one. */
  public Optional<VirtualGradient> function() {
    Coefficient c =
        virtualGradient.orElseGet(
            () ->
                preset == Preset.DEPHN && gates() != GateKind.NONE
                    ? Coefficient.H
                    : Coefficient.NONE);
    return c == Coefficient.NONE
        ? Optional.empty()
        : Optional.of(VirtualGradient.valueOf(c.name()));
  }

  @Override
  public boolean givesLogits() {
    return true;
  }

  /** What one kind of structure, or one expert, reads. */
  private record Inputs(
      Features features, Node fields, Node attended, SoftSelection selection, Scope scope) {
    Node of(Kind kind, Scope expert) {
      if (!selection.enabled()) {
        return fields;
      }
      if (selection.gateScope() == SoftSelection.GateScope.EXPERT) {
        return selection.select(expert, "g", fields, attended);
      }
      String name = kind.name().toLowerCase(Locale.ROOT);
      Node z = selection.select(scope.at("g"), name, fields, attended);
      scope.probe("z." + name, z);
      return z;
    }
  }

  @Override
  public List<Node> build(Scope scope, Representation in, List<Task> tasks) {
    check(tasks);
    List<Inputs> inputs = new ArrayList<>();
    List<Public> publics = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      boolean again = t > 0 && !in.isTaskSpecific();
      inputs.add(again ? inputs.get(0) : inputs(scope, in.of(t)));
      publics.add(again ? publics.get(0) : publicExperts(scope, inputs.get(t), t == 0));
    }
    List<Node> gates = gates(scope, publics, tasks.size());
    List<Node> logits = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      Node aPub = publicTower(scope, t, publics.get(t), gates.get(t));
      Optional<Node> aPri = privateTower(scope, t, inputs.get(t));
      scope.probe("public." + t, aPub);
      if (aPri.isPresent()) {
        scope.probe("private." + t, aPri.get());
      }
      logits.add(join(aPub, aPri));
    }
    return logits;
  }

  private void check(List<Task> tasks) {
    if (publics().isEmpty()) {
      throw new IllegalArgumentException(
          "model.body.public_experts: found none; allowed: at least one of dnn, cross, field");
    }
    if (maps().isEmpty()) {
      throw new IllegalArgumentException(
          "model.body.mappings: found none; allowed: at least one, such as raw, which changes nothing");
    }
    if (function().isPresent() && tasks.size() < 2) {
      throw new IllegalArgumentException(
          "model.body.virtual_gradient: found %s, but one task has no other to be compared with; allowed: none, or a second task"
              .formatted(function().get().name().toLowerCase(Locale.ROOT)));
    }
    if (function().isPresent() && gates() == GateKind.NONE) {
      throw new IllegalArgumentException(
          "model.body.virtual_gradient: found %s, which scales the gradient of gates, and gate: none; allowed: none, or gate: tvg or mg"
              .formatted(function().get().name().toLowerCase(Locale.ROOT)));
    }
    if (!biasPrior.isEmpty() && biasPrior.size() != tasks.size()) {
      throw new IllegalArgumentException(
          "model.body.bias_prior: found %d shares for %d tasks; allowed: one per task in their order, or none"
              .formatted(biasPrior.size(), tasks.size()));
    }
    for (Task task : tasks) {
      if (task.outputs() != 1) {
        throw new IllegalArgumentException(
            "dephn gives one logit a task; " + task.name() + " has classes");
      }
    }
  }

  private Inputs inputs(Scope scope, Features x) {
    Node fields = x.grid("dephn");
    Node attended = selection.enabled() ? selection.attention(scope, fields) : fields;
    return new Inputs(x, fields, attended, selection, scope);
  }

  /**
   * The public experts of one input.
   *
   * @param mapped [B, Σ_k P·h_k]: every mapping of every expert, k-major, then p
   * @param widths the experts' widths
   * @param gateInput what a softmax gate reads, [B,d]
   */
  private record Public(Node mapped, List<Integer> widths, Node gateInput) {}

  private Public publicExperts(Scope scope, Inputs inputs, boolean probe) {
    List<Kind> kinds = publics();
    List<Node> h = new ArrayList<>();
    List<Node> mapped = new ArrayList<>();
    Map<Kind, Node> read = new EnumMap<>(Kind.class);
    for (int k = 0; k < kinds.size(); k++) {
      Scope expertScope = scope.at("pub", k);
      Node z = inputs.of(kinds.get(k), expertScope);
      read.putIfAbsent(kinds.get(k), flatten(z));
      h.add(expert.build(expertScope, kinds.get(k), z, inputs.features()));
      for (Mapping mapping : maps()) {
        mapped.add(mapping.apply(h.get(k)));
      }
    }
    Node dnn = read.get(Kind.DNN);
    Node gateInput =
        dnn != null ? dnn : scale(Nodes.add(List.copyOf(read.values())), 1.0 / read.size());
    if (probe) {
      scope.probe("E_SA", inputs.attended());
      scope.probe("h", concat(-1, h));
    }
    return new Public(concat(-1, mapped), h.stream().map(Node::width).toList(), gateInput);
  }

  /**
   * One gate per task: [K·P] of trained values, or [B,K·P] of a softmax; in training with the
   * virtual gradient.
   */
  private List<Node> gates(Scope scope, List<Public> publics, int tasks) {
    int k = publics().size();
    int p = maps().size();
    List<Node> plain = new ArrayList<>();
    switch (gates()) {
      case NONE -> {
        plain.addAll(Collections.nCopies(tasks, ones(k * p)));
      }
      case TVG -> {
        Node g = scope.parameter("G", new Init.Uniform(0.95, 1.05), Role.GATE, tasks, k, p);
        for (int t = 0; t < tasks; t++) {
          plain.add(reshape(pick(g, 0, t), Shape.of(k * p)));
        }
      }
      case MG -> {
        for (int t = 0; t < tasks; t++) {
          Node z = publics.get(t).gateInput();
          Node weights = scope.glorot("M." + t, z.width(), k * p);
          plain.add(softmax(add(matmul(z, weights), scope.bias("m." + t, k * p))));
        }
      }
    }
    List<Node> used = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      Node g = plain.get(t);
      scope.probe("G." + t, g);
      boolean scaled = scope.training() && gates() != GateKind.NONE;
      Optional<Node> factor = scaled ? gamma(scope, plain, t) : Optional.empty();
      if (factor.isPresent()) {
        scope.probe("Gamma." + t, factor.get());
      }
      used.add(factor.isPresent() ? scaleGradient(g, factor.get()) : g);
    }
    return used;
  }

  /**
   * Γ of task t: over the other tasks j, γ(φ_jt, min(1, |G_t - G_j|)); constants for
   * differentiation.
   */
  private Optional<Node> gamma(Scope scope, List<Node> gates, int t) {
    int tasks = gates.size();
    Optional<VirtualGradient> function = function();
    if (function.isEmpty() || tasks < 2) {
      return Optional.empty();
    }
    Node phi = scope.input(phiInput(), Shape.of(tasks, tasks));
    List<Node> factors = new ArrayList<>();
    for (int j = 0; j < tasks; j++) {
      if (j != t) {
        Node x = pick(pick(phi, 0, t), 0, j);
        Node y = abs(sub(stopGradient(gates.get(t)), stopGradient(gates.get(j))));
        y = sub(y, relu(sub(y, scalar(1)))); // min(1, y)
        Node value = function.get().gamma(relu(x), y);
        if (gammaMin > 0) {
          value = add(relu(sub(value, scalar(gammaMin))), scalar(gammaMin));
        }
        Node defined = step(add(x, scalar(0.5))); // undefined is -1
        factors.add(add(mul(defined, value), sub(scalar(1), defined)));
      }
    }
    return Optional.of(combined(factors));
  }

  private Node combined(List<Node> factors) {
    Node product = factors.stream().reduce(Nodes::mul).orElseThrow();
    return switch (combine) {
      case PRODUCT -> product;
      case MEAN -> scale(Nodes.add(factors), 1.0 / factors.size());
      case GEOMEAN -> {
        Node positive = step(product);
        Node root =
            Nodes.exp(scale(log(select(positive, product, scalar(1))), 1.0 / factors.size()));
        yield mul(positive, root);
      }
    };
  }

  /** The name of the input that the trainer fills with label similarities: it says which. */
  private String phiInput() {
    return ("phi." + correlation + "." + phiScope).toLowerCase(Locale.ROOT);
  }

  private Node publicTower(Scope scope, int t, Public experts, Node gate) {
    int in = experts.mapped().width();
    Node mapped = experts.mapped();
    List<Integer> units = new ArrayList<>(towerHidden);
    boolean perRow = gates() == GateKind.MG;
    if (perRow && units.isEmpty()) {
      // Σ_kp G_kp (W_kp · f_p(h_k)): the gate weighs K·P numbers of a row, not all activations
      Node w = scope.weight("Wpub." + t, new Init.Glorot(in, 1), in);
      Node own = matmul(mapped, mul(insert(w, 1), flows(experts.widths()))); // [B,K·P]
      Node sum = weighted(mul(own, gate), ones(gate.width()));
      return add(sum, publicBias(scope, t));
    }
    Node repeated = repeat(gate, experts.widths());
    if (perRow) {
      mapped = mul(mapped, repeated);
    }
    Node h = mapped;
    for (int l = 0; l < units.size(); l++) {
      Node w = scope.glorot("Tpub." + t + ".W." + l, h.width(), units.get(l));
      Node gated = l == 0 && !perRow ? mul(w, reshape(repeated, Shape.of(in, 1))) : w;
      h = relu(add(matmul(h, gated), scope.bias("Tpub." + t + ".b." + l, units.get(l))));
    }
    Node w = scope.weight("Wpub." + t, new Init.Glorot(h.width(), 1), h.width());
    // a gate common to all rows is a factor of the weights: no work per row
    Node gated = units.isEmpty() && !perRow ? mul(w, repeated) : w;
    return add(weighted(h, gated), publicBias(scope, t));
  }

  private Node publicBias(Scope scope, int t) {
    double p = biasPrior.isEmpty() ? 0.5 : biasPrior.get(t);
    return scope.parameter("bpub." + t, new Init.Fill(Math.log(p / (1 - p))), Role.BIAS, 1);
  }

  /** [.., K·P] → [.., Σ_k P·h_k]: each gate value for every component of its expert. */
  private Node repeat(Node gate, List<Integer> widths) {
    int p = maps().size();
    boolean perRow = gate.shape().rank() == 2;
    List<Node> parts = new ArrayList<>();
    for (int k = 0; k < widths.size(); k++) {
      int width = widths.get(k);
      Node values =
          insert(Nodes.slice(gate, -1, (long) k * p, (k + 1L) * p), perRow ? 2 : 1); // [..,P,1]
      Node wide = mul(values, ones(1, width)); // [..,P,h]
      parts.add(reshape(wide, perRow ? Shape.batch(p * width) : Shape.of(p * width)));
    }
    return concat(-1, parts);
  }

  /** [Σ_k P·h_k, K·P]: 1 where a component belongs to a mapped expert. */
  private Node flows(List<Integer> widths) {
    int p = maps().size();
    int columns = widths.size() * p;
    int rows = widths.stream().mapToInt(width -> p * width).sum();
    double[] member = new double[rows * columns];
    int row = 0;
    for (int c = 0; c < columns; c++) {
      for (int i = 0; i < widths.get(c / p); i++) {
        member[row * columns + c] = 1;
        row++;
      }
    }
    return Nodes.constant(Shape.of(rows, columns), member);
  }

  private Optional<Node> privateTower(Scope scope, int t, Inputs inputs) {
    List<Node> r = new ArrayList<>();
    for (int q = 0; q < privates().size(); q++) {
      Scope expertScope = scope.at("pri", t, q);
      Kind kind = privates().get(q);
      r.add(expert.build(expertScope, kind, inputs.of(kind, expertScope), inputs.features()));
    }
    if (r.isEmpty()) {
      return Optional.empty();
    }
    Node all = concat(-1, r);
    scope.probe("r." + t, all);
    Node w = scope.weight("Wpri." + t, new Init.Glorot(all.width(), 1), all.width());
    return Optional.of(add(weighted(all, w), scope.bias("bpri." + t, 1)));
  }

  /** h [B,n] and w [n] → [B,1]; w as a row, so that its gradient does not turn h. */
  private static Node weighted(Node h, Node w) {
    return matmul(h, insert(w, 0), false, true);
  }

  private Node join(Node aPub, Optional<Node> aPri) {
    if (aPri.isEmpty()) {
      return aPub;
    }
    if (output == Output.SUM_LOGITS) {
      return add(aPub, aPri.get());
    }
    return sub(logOfMean(aPub, aPri.get()), logOfMean(neg(aPub), neg(aPri.get())));
  }

  /**
   * The logarithm of the mean of two sigmoids. That of 1 minus it is the same of the negative
   * activations: the rarer outcome keeps its digits, which 1 minus a number near 1 loses.
   */
  private static Node logOfMean(Node a, Node b) {
    return log(clamp(scale(add(sigmoid(a), sigmoid(b)), 0.5), CLIP, 1 - CLIP));
  }
}
