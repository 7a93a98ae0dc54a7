package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Pairs;
import dev.tandem.schema.Doc;

/**
 * Factorisation machine (Rendle 2010): first-order weights plus the inner products of all pairs of
 * fields.
 */
@Doc("Factorisation machine.")
public record Fm() implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return concat(Interaction.firstOrder(x, "fm"), Pairs.pooled(x.grid("fm")));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node pairs = sum(Pairs.pooled(x.grid("fm")), true, -1);
    return add(add(Interaction.firstOrder(x, "fm"), pairs), Interaction.globalBias(scope));
  }
}
