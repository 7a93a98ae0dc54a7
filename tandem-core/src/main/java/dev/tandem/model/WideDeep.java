package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;

/**
 * Wide &amp; Deep (Cheng et al. 2016): first-order weights plus a deep network, and one global
 * bias. Hand-made crosses are features of the schema, with {@code dim: 0} for the wide part alone;
 * {@code train.optimizer.linear: ftrl} gives the wide part an optimiser of its own.
 */
@Doc("First-order weights plus a deep network.")
public record WideDeep(@Doc("Layers of the deep part.") @Default("[256, 128]") Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return concat(Interaction.firstOrder(x, "wide_deep"), deep(scope, x));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node wide = add(Interaction.firstOrder(x, "wide_deep"), Interaction.globalBias(scope));
    return add(wide, Interaction.output(scope, "head.W", deep(scope, x)));
  }

  private Node deep(Scope scope, Features x) {
    return hidden.stack(scope.at("mlp"), x.flat());
  }
}
