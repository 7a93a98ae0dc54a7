package dev.tandem.parity;

import dev.tandem.graph.Nodes;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Aitm;
import dev.tandem.model.BehaviouralCalibrator;
import java.util.List;
import java.util.Set;

final class AitmFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("aitm");
  }

  @Override
  public Wiring wire(ParityCase one) {
    double weight = one.number("calibratorWeight");
    int hidden = ParityCase.tensor(one.json().get("params").get("bottom.0.0.b")).data().length;
    Aitm aitm = new Aitm(Mlp.of(List.of(hidden, one.integer("width"))), 0);
    Joint joint = Joint.of(one, aitm, new BehaviouralCalibrator(weight));
    Wiring wiring = joint.wiring();
    wiring.result("losses.calibrator", joint.probe("calibrator"));
    wiring.result("losses.penalty", Nodes.scale(joint.probe("calibrator"), weight));
    for (int k = 1; k < one.integer("tasks"); k++) {
      wiring.result("outputs.aitWeights." + (k - 1), joint.probe("ait." + k + ".weights"));
    }
    return wiring;
  }
}
