package dev.tandem.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Features;
import dev.tandem.model.Representation;
import dev.tandem.model.Snr;
import dev.tandem.scoring.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

final class SnrFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("snr_trans", "snr_aver");
  }

  @Override
  public Wiring wire(ParityCase one) {
    List<Integer> nets = one.integers("nets");
    Snr snr =
        new Snr(
            nets,
            one.integer("width"),
            Mlp.of(List.of()),
            one.flag("trans") ? Snr.Connection.TRANS : Snr.Connection.AVER,
            one.number("lambda"),
            one.number("beta"),
            one.number("gamma"),
            one.number("zeta"),
            false);
    Joint joint = Joint.of(one, snr);
    Wiring wiring = joint.wiring();
    JsonNode noise = one.config().get("noise");
    List<Node> penalties = new ArrayList<>();
    Scope scope = Scope.root(false);
    Node x = scope.input("x", Shape.batch(one.integer("inputWidth")));
    List<Node> evaluated =
        snr.build(scope, Representation.shared(Features.of(x)), Joint.tasks(one));
    for (int l = 0; l < nets.size(); l++) {
      int next = l == nets.size() - 1 ? one.integer("tasks") : nets.get(l + 1);
      int n = nets.get(l);
      wiring.feed("noise.conn." + l + ".u", new Tensor(draws(noise, l, next * n), next, n));
      wiring.result("outputs.z." + l, joint.probe("conn." + l + ".z"));
      wiring.result("outputs.evalZ." + l, scope.probes().get("conn." + l + ".z"));
      penalties.add(joint.graph().output("penalty.conn." + l + ".l0"));
    }
    Node penalty = Nodes.add(penalties);
    wiring.result("outputs.penalty", penalty).result("losses.penalty", penalty);
    wiring.result("outputs.expectedL0", Nodes.scale(penalty, 1 / one.number("lambda")));
    Mlp towers = Mlp.of(one.integers("towerHidden"));
    List<Node> logits = new ArrayList<>();
    for (int k = 0; k < evaluated.size(); k++) {
      Scope tower = scope.at("tower", k);
      Node top = towers.build(tower, evaluated.get(k));
      logits.add(Layers.dense(tower.at(towers.units().size()), top, 1));
    }
    wiring.result("outputs.evalLogits", Nodes.concat(-1, logits));
    return wiring;
  }

  /** Layer {@code l}'s draws: a list of arrays, or one array over all layers. */
  private static double[] draws(JsonNode noise, int l, int count) {
    if (noise.isArray()) {
      return ParityCase.tensor(noise.get(l)).data();
    }
    return Arrays.copyOfRange(ParityCase.tensor(noise).data(), l * count, (l + 1) * count);
  }
}
