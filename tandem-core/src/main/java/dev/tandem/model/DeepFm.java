package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;

/**
 * DeepFM (Guo et al., IJCAI 2017): a factorisation machine and a deep network on the same
 * embeddings, logits added.
 */
@Doc("A factorisation machine and a deep network on the same embeddings.")
public record DeepFm(@Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return concat(new Fm().build(scope, x.withoutNumbers()), deep(scope, x));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node wide = new Fm().logit(scope, x.withoutNumbers());
    return add(wide, Interaction.output(scope, "head.W", deep(scope, x)));
  }

  private Node deep(Scope scope, Features x) {
    return hidden.stack(scope.at("mlp"), x.flat());
  }
}
