package dev.tandem.train;

import dev.tandem.balance.Balancing;
import dev.tandem.balance.Balancings;
import dev.tandem.config.Catalog;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;

/** The components that a run configuration may name, gathered from the rooms that hold them. */
public final class ComponentCatalog {
  private ComponentCatalog() {}

  /** Every component there is. */
  public static Catalog all() {
    return Catalog.empty()
        .with("bottom", Bottom.class, Models.of(Bottom.class))
        .with("body", Body.class, Models.of(Body.class))
        .with("head", Head.class, Models.of(Head.class))
        .with("interaction", Interaction.class, Models.of(Interaction.class))
        .with("balance", Balancing.class, Balancings.types());
  }
}
