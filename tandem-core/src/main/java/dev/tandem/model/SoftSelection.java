package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.flatten;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.remove;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.transpose;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import dev.tandem.layer.Layers;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;

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
      x = Layers.dropout(layer, attend(layer, x), dropout);
    }
    return x;
  }

  /**
   * One layer, {@code Σ_i softmax(x W_Q,i W_K,iᵀ xᵀ / √dh) x W_V,i W_O,i} over the heads i. The
   * products of weights come first, so that queries are compared with the fields themselves and mix
   * them as they are: fields are few and narrow, and neither keys nor values nor anything turned
   * from heads to fields and back need to exist.
   */
  private Node attend(Scope layer, Node x) {
    int f = x.shape().size(1);
    int d = x.width();
    Node wv = layer.glorot("W_V", d, d);
    double scale = 1 / Math.sqrt((double) d / heads);
    Node ask =
        matmul(perHead(layer.glorot("W_Q", d, d), scale), layer.glorot("W_K", d, d), false, true);
    Node give = perHead(wv, 1); // [h·D,D]
    Node all = wv;
    if (outProjection) {
      Node wo = layer.glorot("W_O", d, d);
      give = matmul(give, wo);
      all = matmul(wv, wo);
    }
    // softmax does not see what all keys have in common, and passes on what all values have in
    // common: taken out, single precision keeps the digits of what differs
    Node turned = transpose(x, 0, 2, 1); // [B,D,F]
    Node common = mean(turned, true, 2); // [B,D,1]
    Node own = sub(turned, common);
    Node asked =
        matmul(
            x,
            reshape(
                transpose(reshape(ask, Shape.of(heads, d, d)), 1, 0, 2), Shape.of(d, heads * d)));
    Node weights = softmax(matmul(reshape(asked, Shape.batch(f * heads, d)), own)); // [B,F·h,F]
    Node mixed = reshape(matmul(weights, own, false, true), Shape.batch(f, heads * d));
    Node inEveryField =
        reshape(mul(reshape(all, Shape.of(d, 1, d)), Nodes.ones(1, f, 1)), Shape.of(d, f * d));
    Node sum = add(matmul(remove(common, 2), inEveryField), flatten(matmul(mixed, give)));
    return reshape(sum, Shape.batch(f, d));
  }

  /** W [D,D] → [h·D,D]: once for every head, with zeros in the columns of the other heads. */
  private Node perHead(Node w, double scale) {
    int d = w.width();
    double[] columns = new double[heads * d];
    for (int i = 0; i < heads; i++) {
      Arrays.fill(columns, i * d + i * (d / heads), i * d + (i + 1) * (d / heads), scale);
    }
    Node own = Nodes.constant(Shape.of(heads, 1, d), columns);
    return reshape(mul(reshape(w, Shape.of(1, d, d)), own), Shape.of(heads * d, d));
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
    return add(fields, mul(sub(attended, fields), g));
  }
}
