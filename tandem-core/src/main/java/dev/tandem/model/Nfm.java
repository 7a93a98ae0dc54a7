package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Layers;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.Norm;
import dev.tandem.layer.Pairs;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * Neural factorisation machine (He and Chua, SIGIR 2017): a deep network on the pooled products of
 * all pairs of fields.
 */
@Doc("A deep network on the pooled pairwise products of the fields.")
public record Nfm(
    @Doc("Layers of the deep part.") @Default("[128, 64]") Mlp hidden,
    @Doc("Normalisation of the pooled vector.") @Default("none") Norm norm,
    @Doc("Dropout of the pooled vector.") @Default("0") @Range(min = 0, max = 0.95) double dropout)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    return concat(Interaction.firstOrder(x, "nfm"), deep(scope, x));
  }

  @Override
  public Node logit(Scope scope, Features x) {
    Node wide = add(Interaction.firstOrder(x, "nfm"), Interaction.globalBias(scope));
    return add(wide, Interaction.output(scope, "head.W", deep(scope, x)));
  }

  private Node deep(Scope scope, Features x) {
    Scope pool = scope.at("pool");
    Node pooled = Layers.dropout(pool, norm.apply(pool, Pairs.pooled(x.grid("nfm"))), dropout);
    return hidden.stack(scope.at("mlp"), pooled);
  }
}
