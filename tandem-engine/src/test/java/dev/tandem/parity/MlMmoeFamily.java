package dev.tandem.parity;

import dev.tandem.layer.Mlp;
import dev.tandem.model.MlMmoe;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class MlMmoeFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("ml_mmoe");
  }

  @Override
  public Wiring wire(ParityCase one) {
    List<Integer> levels = one.integers("levels");
    Mlp units = Mlp.of(List.of(one.integer("width")));
    Joint joint = Joint.of(one, new MlMmoe(levels, units, Optional.empty(), MmoeFamily.gate(one)));
    for (int j = 0; j < levels.size(); j++) {
      int gates = j + 1 < levels.size() ? levels.get(j + 1) : joint.h().size();
      for (int i = 0; i < gates; i++) {
        joint
            .wiring()
            .result(
                "outputs.gates." + j + "." + i,
                joint.probe("level." + j + ".gate." + i + ".weights"));
      }
    }
    return joint.wiring();
  }
}
