package dev.tandem.layer;

import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.square;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;

/** Second-order interaction of fields. */
public final class Pairs {
  private Pairs() {}

  /** Bi-interaction pooling: {@code Σ_{f<g} e_f ⊙ e_g = ½ ((Σ e)² - Σ e²)}; [B,F,D] → [B,D]. */
  public static Node pooled(Node fields) {
    return scale(sub(square(sum(fields, false, 1)), sum(square(fields), false, 1)), 0.5);
  }
}
