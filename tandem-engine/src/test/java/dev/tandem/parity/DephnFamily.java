package dev.tandem.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.graph.Gradients;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Activation;
import dev.tandem.loss.LabelSimilarity;
import dev.tandem.model.Dephn;
import dev.tandem.model.Features;
import dev.tandem.model.HeterogeneousExpert;
import dev.tandem.model.HeterogeneousExpert.Kind;
import dev.tandem.model.Independent;
import dev.tandem.model.Representation;
import dev.tandem.model.SoftSelection;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** PHN, MT-PHN and DEPHN. */
final class DephnFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("dephn");
  }

  @Override
  public Wiring wire(ParityCase one) {
    int tasks = one.integer("tasks");
    boolean virtual = one.config().hasNonNull("virtualGradient");
    Joint joint = joint(one, virtual && tasks > 1);
    Wiring wiring = joint.wiring();
    JsonNode outputs = one.json().get("outputs");
    double[] phi = similarity(one, wiring.feeds().get("labels"), wiring.feeds().get("weights"));
    if (virtual && tasks > 1) {
      wiring.feed(
          "phi." + one.text("correlation") + "." + one.text("phiScope"),
          new Tensor(phi, tasks, tasks));
    }
    if (outputs.has("phi")) {
      wiring.result("outputs.phi", shown(phi, tasks));
    }
    wiring.result("outputs.yhat", prediction(joint, tasks));
    wiring.result("outputs.h", joint.probe("h"));
    wiring.result("outputs.E_SA", joint.probe("E_SA"));
    for (String z : List.of("dnn", "cross", "field")) {
      joint.probeIfAny("z." + z).ifPresent(n -> wiring.result("outputs.z." + z, n));
    }
    gates(one, joint, tasks, virtual);
    activations(joint, tasks);
    if (one.json().hasNonNull("gateGradientsPlain")) {
      plainGradients(one, wiring);
    }
    return wiring;
  }

  private static void gates(ParityCase one, Joint joint, int tasks, boolean virtual) {
    List<Node> gates = new ArrayList<>();
    List<Node> factors = new ArrayList<>();
    boolean perRow = one.text("gate").equals("MG");
    for (int t = 0; t < tasks; t++) {
      Node gate = joint.probe("G." + t);
      gates.add(gate);
      Node one1 = Nodes.add(Nodes.zerosLike(gate), Nodes.scalar(1));
      factors.add(joint.probeIfAny("Gamma." + t).map(f -> Nodes.expandLike(f, gate)).orElse(one1));
    }
    joint.wiring().result("outputs.G", Nodes.stack(perRow ? 1 : 0, gates));
    if (virtual) {
      joint.wiring().result("outputs.Gamma", Nodes.stack(perRow ? 1 : 0, factors));
    }
  }

  private static void activations(Joint joint, int tasks) {
    List<Node> pub = new ArrayList<>();
    List<Node> pri = new ArrayList<>();
    List<Node> share = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      Node a = joint.probe("public." + t);
      Node b = joint.probeIfAny("private." + t).orElse(Nodes.zerosLike(a));
      pub.add(a);
      pri.add(b);
      Node shared = Nodes.sum(Nodes.abs(a));
      share.add(Nodes.div(shared, Nodes.add(shared, Nodes.sum(Nodes.abs(b)))));
      if (joint.probeIfAny("r." + t).isPresent()) {
        joint.wiring().result("outputs.private." + t, joint.probe("r." + t));
      }
    }
    joint.wiring().result("outputs.a_pub", Nodes.concat(-1, pub));
    joint.wiring().result("outputs.a_pri", Nodes.concat(-1, pri));
    joint.wiring().results("outputs.share", share);
  }

  private static Node prediction(Joint joint, int tasks) {
    List<Node> columns = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      columns.add(joint.graph().output("prediction.task" + t));
    }
    return Nodes.concat(-1, columns);
  }

  /** The gates' gradients in the same model without virtual gradient. */
  private static void plainGradients(ParityCase one, Wiring wiring) {
    Joint plain = joint(one, false);
    Node loss = plain.wiring().results().get("losses.total");
    Map<String, Node> wrt = new LinkedHashMap<>();
    one.json()
        .get("gateGradientsPlain")
        .fieldNames()
        .forEachRemaining(name -> wrt.put(name, plain.graph().leaf(name).orElseThrow()));
    Map<Node, Node> gradients = Gradients.of(loss, wrt.values());
    wrt.forEach((name, leaf) -> wiring.result("gateGradientsPlain." + name, gradients.get(leaf)));
  }

  private static Joint joint(ParityCase one, boolean virtual) {
    int fields = one.integer("fields");
    int dim = one.integer("dim");
    Scope scope = Scope.root(true);
    Node e = scope.input("E", Shape.batch(fields, dim));
    Features x = new Features(Nodes.flatten(e), fields, dim, Optional.empty());
    Joint joint =
        Joint.of(one, scope, Representation.shared(x), body(one, virtual), new Independent());
    joint.wiring().input("E", "E", one.input("E"));
    if (one.config().hasNonNull("lam")) {
      joint.wiring().feed("omega", ParityCase.tensor(one.config().get("lam")));
    }
    return joint;
  }

  private static Dephn body(ParityCase one, boolean virtual) {
    SoftSelection selection =
        new SoftSelection(
            one.flag("ssg"),
            one.integer("heads"),
            one.integer("msaLayers"),
            one.flag("outProjection"),
            0,
            SoftSelection.GateShape.valueOf(one.text("gateShape")),
            SoftSelection.GateScope.valueOf(upper(one, "gateScope")),
            SoftSelection.GateActivation.valueOf(upper(one, "gateActivation")));
    HeterogeneousExpert expert =
        new HeterogeneousExpert(
            one.integers("hidden"),
            Optional.empty(),
            one.integer("H"),
            one.text("expertOutput").equals("relu") ? Activation.RELU : Activation.LINEAR,
            HeterogeneousExpert.Crosses.valueOf(upper(one, "crossType")),
            one.integer("crossLayers"),
            one.integer("mixExperts"),
            one.integer("mixRank"),
            one.integer("fieldLayers"),
            false,
            HeterogeneousExpert.Projection.valueOf(upper(one, "projection")),
            HeterogeneousExpert.Residual.valueOf(upper(one, "residual")));
    String function = virtual ? upper(one, "virtualGradient") : "NONE";
    return new Dephn(
        Dephn.Preset.DEPHN,
        Optional.of(kinds(one, "public")),
        Optional.of(kinds(one, "private")),
        Optional.of(Dephn.GateKind.valueOf(upper(one, "gate"))),
        Optional.of(texts(one, "mappings")),
        Optional.of(Dephn.Coefficient.valueOf(function)),
        LabelSimilarity.Measure.valueOf(upper(one, "correlation")),
        LabelSimilarity.Scope.valueOf(upper(one, "phiScope")),
        one.number("gammaMin"),
        Dephn.Combine.valueOf(upper(one, "combine")),
        selection,
        expert,
        one.integers("towerHidden"),
        Dephn.Output.valueOf(CtrFamily.upper(one.text("output"))),
        List.of());
  }

  private static String upper(ParityCase one, String key) {
    return one.text(key).toUpperCase(Locale.ROOT);
  }

  private static List<Kind> kinds(ParityCase one, String key) {
    return texts(one, key).stream().map(k -> Kind.valueOf(k.toUpperCase(Locale.ROOT))).toList();
  }

  private static List<String> texts(ParityCase one, String key) {
    List<String> texts = new ArrayList<>();
    one.config().get(key).forEach(n -> texts.add(n.asText()));
    return texts;
  }

  private static double[] similarity(ParityCase one, Tensor labels, Tensor observed) {
    int tasks = one.integer("tasks");
    LabelSimilarity similarity =
        new LabelSimilarity(
            LabelSimilarity.Measure.valueOf(upper(one, "correlation")),
            LabelSimilarity.Scope.valueOf(upper(one, "phiScope")),
            tasks);
    for (JsonNode history : one.json().path("labelHistory")) {
      if (ParityCase.isNumeric(history)) {
        float[] past = floats(ParityCase.tensor(history));
        float[] all = new float[past.length];
        Arrays.fill(all, 1);
        similarity.next(past, all, past.length / tasks);
      }
    }
    float[] now = floats(labels);
    return similarity.next(now, floats(observed), now.length / tasks);
  }

  private static float[] floats(Tensor x) {
    float[] values = new float[x.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) x.data()[i];
    }
    return values;
  }

  /** As the cases print it: ones on the diagonal. */
  private static Node shown(double[] phi, int tasks) {
    double[] copy = phi.clone();
    for (int t = 0; t < tasks; t++) {
      copy[t * tasks + t] = 1;
    }
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i] == LabelSimilarity.UNDEFINED ? Double.NaN : copy[i];
    }
    return Nodes.constant(Shape.of(tasks, tasks), copy);
  }
}
