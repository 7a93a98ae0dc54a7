package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.sub;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.layer.SelfAttention;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * Soft selection gating (PHN, DEPHN eq. 1): between the raw fields E and their self-attention,
 * {@code g ⊙ E_SA + (1 - g) ⊙ E}, with a trained g per structure or per expert. Parameters {@code
 * msa.l.W_Q}, {@code W_K}, {@code W_V}, {@code W_O}.
 */
@Doc("Soft selection between raw fields and their self-attention.")
public record SoftSelection(
    @Doc("Whether there is a selection at all; without it every structure reads the raw fields.")
        @Default("true")
        boolean enabled,
    @Doc("Number of attention heads, a divisor of the embedding width.")
        @Default("2")
        @Range(min = 1)
        int heads,
    @Doc("Number of attention layers.") @Default("1") @Range(min = 1) int layers,
    @Doc("Whether the heads' outputs pass through a last matrix.") @Default("true")
        boolean outProjection,
    @Doc("Dropout of the attention's output in training.") @Default("0") @Range(min = 0, max = 0.95)
        double dropout,
    @Doc("What one gate value covers: one component of one field, a field, or a component.")
        @Default("fd")
        GateShape gateShape,
    @Doc("Whether experts of one structure share their gate.") @Default("structure")
        GateScope gateScope,
    @Doc("Whether the gate passes through a sigmoid.") @Default("none")
        GateActivation gateActivation) {

  /** What one gate value covers. */
  public enum GateShape {
    FD,
    F,
    D
  }

  /** Who owns a gate. */
  public enum GateScope {
    STRUCTURE,
    EXPERT
  }

  /** The gate's range. */
  public enum GateActivation {
    NONE,
    SIGMOID
  }

  /** E [B,F,D] → E_SA [B,F,D]. */
  Node attention(Scope scope, Node fields) {
    int d = fields.width();
    if (d % heads != 0) {
      throw new IllegalArgumentException(
          "model.body.selection.heads: "
              + heads
              + " heads do not divide the embedding width "
              + d
              + "; allowed: a divisor of "
              + d);
    }
    Node x = fields;
    for (int l = 0; l < layers; l++) {
      Scope layer = scope.at("msa", l);
      // softmax does not see what all keys have in common, and passes on what all values have in
      // common: taken out, single precision keeps the digits of what differs
      Node common = mean(x, true, 1); // [B,1,D]
      Node own = sub(x, common);
      Node wv = layer.glorot("W_V", d, d);
      Node q = matmul(x, layer.glorot("W_Q", d, d));
      Node k = matmul(own, layer.glorot("W_K", d, d));
      Node differing = SelfAttention.attend(q, k, matmul(own, wv), heads, true);
      Node o = add(differing, matmul(common, wv));
      x = outProjection ? matmul(o, layer.glorot("W_O", d, d)) : o;
      x = Layers.dropout(layer, x, dropout);
    }
    return x;
  }

  /** The selected fields [B,F,D] under the gate of the given name. */
  Node select(Scope scope, String gateName, Node fields, Node attended) {
    int f = fields.shape().size(1);
    int d = fields.width();
    int size = gateShape == GateShape.FD ? f * d : gateShape == GateShape.F ? f : d;
    double start = gateActivation == GateActivation.SIGMOID ? 0 : 0.5;
    Node g = scope.parameter(gateName, new Init.Fill(start), Role.BIAS, size);
    if (gateActivation == GateActivation.SIGMOID) {
      g = sigmoid(g);
    }
    Shape over =
        gateShape == GateShape.FD
            ? Shape.of(f, d)
            : gateShape == GateShape.F ? Shape.of(f, 1) : Shape.of(1, d);
    g = reshape(g, over);
    return add(mul(attended, g), mul(fields, sub(scalar(1), g)));
  }
}
