package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;

/**
 * A plain deep network over the concatenated input; parameters {@code mlp.W.l}, {@code mlp.b.l},
 * {@code head.*}.
 */
@Doc("A plain deep network.")
public record Dnn(@Doc("Hidden layers.") @Default("[256, 128, 64]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return hidden.stack(scope.at("mlp"), x.flat());
  }
}
