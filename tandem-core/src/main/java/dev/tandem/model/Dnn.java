package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.DenseStack;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;

/**
 * A plain deep network over the concatenated input; parameters {@code mlp.W.l}, {@code mlp.b.l},
 * {@code head.*}.
 */
@Doc("A plain deep network.")
public record Dnn(
    @Doc("Widths of the hidden layers.") @Default("[256, 128, 64]") @Range(min = 1)
        List<Integer> hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return DenseStack.relu(hidden).build(scope.at("mlp"), x.flat());
  }
}
