package dev.tandem.cli;

import dev.tandem.config.Catalog;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;

/** The components that a run configuration may name, gathered from the rooms that hold them. */
final class Components {

  private Components() {}

  static Catalog catalog() {
    return Catalog.empty()
        .with("bottom", Bottom.class, Models.of(Bottom.class))
        .with("body", Body.class, Models.of(Body.class))
        .with("head", Head.class, Models.of(Head.class))
        .with("interaction", Interaction.class, Models.of(Interaction.class));
  }
}
