package dev.tandem.parity;

import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Mmoe;
import java.util.Set;

final class MmoeFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("mmoe");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Gate gate = Gate.linear().withBias(one.flag("gateBias"));
    Joint joint =
        Joint.of(one, new Mmoe(one.integer("experts"), Mlp.of(one.integers("expert")), gate));
    for (int k = 0; k < joint.h().size(); k++) {
      joint.wiring().result("outputs.gates." + k, joint.probe("gate." + k + ".weights"));
    }
    return joint.wiring();
  }
}
