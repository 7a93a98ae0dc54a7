package dev.tandem.parity;

import dev.tandem.layer.Mlp;
import dev.tandem.model.Omoe;
import java.util.Optional;
import java.util.Set;

final class OmoeFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("omoe");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Omoe body =
        new Omoe(
            one.integer("experts"),
            Mlp.of(one.integers("expert")),
            Optional.empty(),
            MmoeFamily.gate(one));
    Joint joint = Joint.of(one, body);
    for (int k = 0; k < joint.h().size(); k++) { // one gate, named once per task
      joint.wiring().result("outputs.gates." + k, joint.probe("gate.weights"));
    }
    return joint.wiring();
  }
}
