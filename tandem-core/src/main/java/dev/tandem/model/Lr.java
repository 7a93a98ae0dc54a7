package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Doc;

/** Logistic regression on the fields' first-order weights; parameter {@code w0}. */
@Doc("Logistic regression: first-order weights only.")
public record Lr() implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    x.refuseNumbers("lr");
    return Interaction.firstOrder(x, "lr");
  }

  @Override
  public Node logit(Scope scope, Features x) {
    return add(build(scope, x), Interaction.globalBias(scope));
  }
}
