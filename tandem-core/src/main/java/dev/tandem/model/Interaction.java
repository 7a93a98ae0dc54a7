package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;

/**
 * A block that lets features interact: an expert, the body of a shared bottom, or with a tower a
 * model of its own. Implementations are records whose components are the hyper-parameters.
 */
public interface Interaction {
  /** x → [B,h]. */
  Node build(Scope scope, Features x);
}
