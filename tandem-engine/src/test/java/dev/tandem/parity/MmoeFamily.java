package dev.tandem.parity;

import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Mmoe;
import java.util.Optional;
import java.util.Set;

final class MmoeFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("mmoe");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Joint joint = Joint.of(one, body(one));
    gates(joint);
    return joint.wiring();
  }

  static Mmoe body(ParityCase one) {
    return new Mmoe(
        one.integer("experts"),
        Mlp.of(one.integers("expert")),
        Optional.empty(),
        gate(one),
        PleFamily.sharedExpertInput(one));
  }

  static void gates(Joint joint) {
    for (int k = 0; k < joint.h().size(); k++) {
      joint.wiring().result("outputs.gates." + k, joint.probe("gate." + k + ".weights"));
    }
  }

  static Gate gate(ParityCase one) {
    return Gate.linear().withBias(one.flag("gateBias"));
  }
}
