package dev.tandem.layer;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.List;

/**
 * A stack of dense layers, each dense → norm → activation → dropout; parameters {@code l.W}, {@code
 * l.b}.
 *
 * @param units width of each layer
 * @param activation after every layer
 * @param norm between dense and activation
 * @param dropout rate after every activation
 */
@Doc("A stack of dense layers.")
public record Mlp(
    @Doc("Width of each layer.") @Shorthand @Range(min = 1) List<Integer> units,
    @Doc("Non-linearity after every layer.") @Default("relu") Activation activation,
    @Doc("Normalisation between a dense layer and its activation.") @Default("none") Norm norm,
    @Doc("Share of units dropped after every activation in training.")
        @Default("0")
        @Range(min = 0, max = 0.95)
        double dropout) {
  public Mlp {
    units = List.copyOf(units);
  }

  /** ReLU layers without norm or dropout. */
  public static Mlp of(List<Integer> units) {
    return new Mlp(units, Activation.RELU, Norm.NONE, 0);
  }

  /** Width of the result for an input of {@code in}. */
  public int width(int in) {
    return units.isEmpty() ? in : units.get(units.size() - 1);
  }

  /** [.., in] → [.., last unit]. */
  public Node build(Scope scope, Node x) {
    Node h = x;
    for (int l = 0; l < units.size(); l++) {
      Scope layer = scope.at(l);
      h = after(Layers.dense(layer, h, units.get(l)), layer, layer);
    }
    return h;
  }

  /**
   * {@link #build} in the naming of the interaction models: parameters {@code W.l}, {@code b.l},
   * and a layer's norm under {@code norm.l}.
   */
  public Node stack(Scope scope, Node x) {
    Node h = x;
    for (int l = 0; l < units.size(); l++) {
      Node next = Layers.dense(scope, l, h, units.get(l));
      h = after(next, scope.at("norm", l), scope.at("dropout", l));
    }
    return h;
  }

  /** What follows a layer's product. */
  private Node after(Node h, Scope normScope, Scope dropoutScope) {
    return Layers.dropout(dropoutScope, activation.apply(norm.apply(normScope, h)), dropout);
  }
}
