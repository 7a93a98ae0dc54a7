package dev.tandem.parity;

import dev.tandem.layer.Mlp;
import dev.tandem.model.SharedBottom;
import java.util.Set;

final class SharedBottomFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("shared_bottom");
  }

  @Override
  public Wiring wire(ParityCase one) {
    return Joint.of(one, SharedBottom.of(Mlp.of(one.integers("bottom")))).wiring();
  }
}
