package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;

/** How a cross network and a deep network stand to each other. */
public enum Structure {
  /** Side by side on the same input. */
  PARALLEL,
  /** The deep network reads what the crosses give. */
  STACKED,
  /** No deep network. */
  CROSS_ONLY;

  /** The joint vector [B,h] of {@code crossed} and a deep network under {@code scope}. */
  Node join(Scope scope, Node x, Node crossed, Mlp deep) {
    return switch (this) {
      case PARALLEL -> Nodes.concat(crossed, deep.stack(scope, x));
      case STACKED -> deep.stack(scope, crossed);
      case CROSS_ONLY -> crossed;
    };
  }
}
