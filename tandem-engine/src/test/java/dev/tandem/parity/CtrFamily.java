package dev.tandem.parity;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Activation;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.loss.Losses;
import dev.tandem.model.AutoInt;
import dev.tandem.model.DcnV2;
import dev.tandem.model.DeepFm;
import dev.tandem.model.Dnn;
import dev.tandem.model.Features;
import dev.tandem.model.Fint;
import dev.tandem.model.Fm;
import dev.tandem.model.Interaction;
import dev.tandem.model.Lr;
import dev.tandem.model.Nfm;
import dev.tandem.model.Structure;
import dev.tandem.model.WideDeep;
import dev.tandem.model.XDeepFm;
import dev.tandem.scoring.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The single-task interaction models: their papers' logits. */
final class CtrFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of(
        "ctr", "LR", "FM", "DeepFM", "DNN", "WideDeep", "NFM", "DCN", "FINT", "xDeepFM", "AutoInt");
  }

  @Override
  public Wiring wire(ParityCase one) {
    int fields = one.integer("fields");
    int dim = one.integer("dim");
    Scope scope = Scope.root(true);
    Node e = scope.input("E", Shape.batch(fields, dim));
    Node lin = scope.input("lin", Shape.batch(fields));
    Node y = scope.input("y", Shape.batch(1));
    Features x = new Features(Nodes.flatten(e), fields, dim, Optional.of(lin));
    Node logit = model(one).logit(scope, x);
    Node loss = Nodes.mean(Losses.binary(logit, y), false, 0, 1);
    Wiring wiring = new Wiring();
    wiring.result("outputs.logits", logit).result("outputs.yhat", Nodes.sigmoid(logit));
    wiring.result("losses.perTask.0", loss).result("losses.total", loss);
    Tensor labels = ParityCase.tensor(one.json().get("labels"));
    wiring.feed("y", new Tensor(labels.data(), labels.data().length, 1));
    wiring.input("E", "E", one.input("E"));
    wiring.input("lin", "lin", one.input("lin"));
    return wiring;
  }

  private static Interaction model(ParityCase one) {
    Mlp hidden = Mlp.of(one.integers("hidden"));
    int layers = one.integer("layers");
    return switch (one.text("model")) {
      case "LR" -> new Lr();
      case "FM" -> new Fm();
      case "DeepFM" -> new DeepFm(hidden);
      case "DNN" -> new Dnn(hidden);
      case "WideDeep" -> new WideDeep(hidden);
      case "NFM" -> new Nfm(hidden, Norm.NONE, 0);
      case "DCN" ->
          new DcnV2(
              CrossNet.Kind.valueOf(upper(one.text("crossType"))),
              layers,
              one.integer("mixRank"),
              one.integer("mixExperts"),
              one.flag("gatePerLayer"),
              one.number("diagScale"),
              Structure.valueOf(upper(one.text("structure"))),
              hidden);
      case "FINT" -> new Fint(layers, false, hidden);
      case "xDeepFM" ->
          new XDeepFm(
              one.integers("cinSizes"),
              one.flag("cinSplit"),
              one.text("cinActivation").equals("relu") ? Activation.RELU : Activation.LINEAR,
              one.flag("cinBias"),
              hidden);
      case "AutoInt" ->
          new AutoInt(
              layers,
              one.integer("heads"),
              one.integer("width"),
              one.flag("scaling"),
              Mlp.of(List.of()));
      default -> throw new IllegalArgumentException("unknown model " + one.text("model"));
    };
  }

  /** lowRank → LOW_RANK. */
  static String upper(String camel) {
    return camel.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }
}
