package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.pick;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.tanh;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Explicit feature crosses of growing degree (DCN, Wang et al. 2017; DCN-V2, Wang et al. 2021).
 * With x_0 the input, each layer gives {@code x_0 ⊙ interaction(x_l) + skip · x_l}. Parameters by
 * kind: {@code w.l}, or {@code W.l}, or {@code U.l, V.l}, or {@code gate, U.l, V.l, C.l}; always
 * {@code b.l}; {@code alpha.l} for a trainable skip.
 *
 * @param kind the interaction
 * @param layers number of layers
 * @param rank inner width of the low-rank kinds
 * @param experts number of low-rank experts of {@link Kind#MIX}
 * @param gatePerLayer whether every layer of {@link Kind#MIX} has its own gate (default: one for
 *     all)
 * @param diagonal factor of x_l inside the bracket (matrix and low rank)
 * @param skip how x_l is carried on
 */
public record CrossNet(
    Kind kind,
    int layers,
    int rank,
    int experts,
    boolean gatePerLayer,
    double diagonal,
    Skip skip) {

  /** How x_0 meets x_l. */
  public enum Kind {
    /** DCN: {@code x_0 (w·x_l) + b}. */
    VECTOR,
    /** DCN-V2: {@code x_0 ⊙ (W x_l + b)}. */
    MATRIX,
    /** DCN-V2 with {@code W = U Vᵀ}. */
    LOW_RANK,
    /** DCN-V2's gated mixture of low-rank experts with tanh between. */
    MIX
  }

  /** How a layer's input is carried on. */
  public enum Skip {
    /** As it is. */
    IDENTITY,
    /** Times a trained scalar that starts at 1. */
    TRAINED,
    /** Not at all. */
    NONE
  }

  /** [B,d] → [B,d]. */
  public Node build(Scope scope, Node x0) {
    Node x = x0;
    for (int l = 0; l < layers; l++) {
      Node b = scope.bias("b." + l, x.width());
      Node alpha =
          skip == Skip.TRAINED ? scope.parameter("alpha." + l, Init.ONES, Role.BIAS, 1) : scalar(1);
      if (kind == Kind.VECTOR) {
        x = carried(add(mul(x0, product(scope, x, l)), b), alpha, x);
      } else if (l == 0) {
        // x_0 ⊙ (… + b) + α x_0 with α beside the bias: two passes over the rows less
        x = mul(x0, bracket(scope, x, skip == Skip.NONE ? b : add(b, alpha), l));
      } else {
        x = carried(mul(x0, bracket(scope, x, b, l)), alpha, x);
      }
    }
    return x;
  }

  private Node carried(Node crossed, Node alpha, Node x) {
    return switch (skip) {
      case IDENTITY -> add(crossed, x);
      case TRAINED -> add(crossed, mul(alpha, x));
      case NONE -> crossed;
    };
  }

  /** w·x_l, [B,1]; w as a row, so that its gradient does not turn x. */
  private Node product(Scope scope, Node x, int l) {
    int d = x.width();
    Node w = reshape(scope.weight("w." + l, new Init.Glorot(d, 1), d), Shape.of(1, d));
    return matmul(x, w, false, true);
  }

  private Node bracket(Scope scope, Node x, Node b, int l) {
    int d = x.width();
    if (kind == Kind.MIX) {
      return mixture(scope, x, b, l);
    }
    Node wx;
    if (kind == Kind.MATRIX) {
      wx = matmul(x, scope.glorot("W." + l, d, d), false, true);
    } else {
      Node v = scope.glorot("V." + l, d, rank);
      Node u = scope.glorot("U." + l, d, rank);
      wx = matmul(matmul(x, v), u, false, true);
    }
    Node sum = add(wx, b);
    return diagonal == 0 ? sum : add(sum, scale(x, diagonal));
  }

  /**
   * Σ_i p_i (U_i tanh(C_i tanh(V_iᵀ x)) + b) = Σ_i p_i U_i tanh(…) + b, because the p_i sum to one.
   */
  private Node mixture(Scope scope, Node x, Node b, int l) {
    int d = x.width();
    String name = gatePerLayer ? "gate." + l : "gate";
    Node gate =
        softmax(matmul(x, scope.weight(name, new Init.Glorot(d, 1), experts, d), false, true));
    Node u = scope.weight("U." + l, new Init.Glorot(d, rank), experts, d, rank);
    Node v = scope.weight("V." + l, new Init.Glorot(d, rank), experts, d, rank);
    Node c = scope.weight("C." + l, new Init.Glorot(rank, rank), experts, rank, rank);
    List<Node> outputs = new ArrayList<>();
    for (int i = 0; i < experts; i++) {
      Node inner = tanh(matmul(x, pick(v, 0, i))); // [B,r]
      Node outer = tanh(matmul(inner, pick(c, 0, i), false, true));
      outputs.add(matmul(outer, pick(u, 0, i), false, true)); // [B,d]
    }
    return add(Layers.mix(gate, outputs), b);
  }
}
