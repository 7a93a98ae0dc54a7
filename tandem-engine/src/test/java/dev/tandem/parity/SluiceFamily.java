package dev.tandem.parity;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.model.Sluice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

final class SluiceFamily implements Family {
  @Override
  public Set<String> models() {
    return Set.of("sluice");
  }

  @Override
  public Wiring wire(ParityCase one) {
    Sluice sluice =
        new Sluice(one.integer("layers"), one.integer("width"), one.number("lambda"), 0.2, false);
    Joint joint = Joint.of(one, sluice);
    List<Node> parts = new ArrayList<>();
    joint
        .graph()
        .outputs()
        .forEach(
            (name, node) -> {
              if (name.startsWith("penalty.")) {
                parts.add(node);
              }
            });
    Node penalty = Nodes.add(parts);
    joint.wiring().result("outputs.penalty", penalty).result("losses.penalty", penalty);
    return joint.wiring();
  }
}
