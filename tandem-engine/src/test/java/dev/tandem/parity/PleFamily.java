package dev.tandem.parity;

import dev.tandem.layer.Mlp;
import dev.tandem.model.Ple;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** PLE, and CGC as its case of one level. */
final class PleFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("cgc", "ple");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Joint joint = Joint.of(one, body(one));
    gates(one, joint);
    return joint.wiring();
  }

  static Ple body(ParityCase one) {
    List<Mlp> units = one.integers("levelWidths").stream().map(w -> Mlp.of(List.of(w))).toList();
    return new Ple(
        one.integer("levels"),
        one.integers("specific"),
        one.integer("shared"),
        Mlp.of(List.of()),
        units,
        Optional.empty(),
        MmoeFamily.gate(one),
        Ple.GateInput.valueOf(one.text("gateInput")),
        Ple.SharedGate.valueOf(one.text("sharedGate")),
        sharedExpertInput(one));
  }

  static Ple.SharedExpertInput sharedExpertInput(ParityCase one) {
    return one.has("sharedExpertInput")
        ? Ple.SharedExpertInput.valueOf(one.text("sharedExpertInput"))
        : Ple.SharedExpertInput.PER_TASK;
  }

  /** Of each level the tasks' gates, then the shared one. */
  static void gates(ParityCase one, Joint joint) {
    int tasks = joint.h().size();
    for (int j = 0; j < one.integer("levels"); j++) {
      String level = "level." + j;
      String path = "outputs.gates." + j + ".";
      for (int k = 0; k < tasks; k++) {
        joint.wiring().result(path + k, joint.probe(level + ".task." + k + ".gate.weights"));
      }
      joint
          .probeIfAny(level + ".shared.gate.weights")
          .ifPresent(gate -> joint.wiring().result(path + tasks, gate));
    }
  }
}
