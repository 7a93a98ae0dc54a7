package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the experts of one level are: dense layers, or an interaction in their place.
 *
 * @param units the dense layers
 * @param kind the interaction
 */
record Experts(Mlp units, Optional<Interaction> kind) {

  /** One expert [B,h]. */
  Node one(Scope scope, Features x) {
    return kind.isPresent() ? kind.get().build(scope, x) : units.build(scope, x.flat());
  }

  /** {@code n} experts over the same input, named {@code expert.i}. */
  List<Node> all(Scope scope, Features x, int n) {
    List<Node> outputs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      outputs.add(one(scope.at("expert", i), x));
    }
    return outputs;
  }
}
