package dev.tandem.parity;

import dev.tandem.model.CrossStitch;
import java.util.Collections;
import java.util.Set;

final class CrossStitchFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("cross_stitch");
  }

  @Override
  public Wiring wire(ParityCase one) {
    var units = Collections.nCopies(one.integer("layers"), one.integer("width"));
    return Joint.of(one, new CrossStitch(units, one.flag("perChannel"), 0.9)).wiring();
  }
}
