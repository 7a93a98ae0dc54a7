package dev.tandem.layer;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.flattenRows;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.reshape;
import static dev.tandem.graph.Nodes.transpose;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;

/**
 * Field interaction layers (FINT, Zhao et al. 2021): {@code V' = V ⊙ (W V⁰) + u ⊙ V}, u scaling
 * each field's row. Parameters {@code W.l [F,F]}, {@code u.l [F]}.
 *
 * @param layers number of layers
 * @param skip whether there is the term with u
 * @param glorotSkip start u like a row of W, as the authors' code does, instead of at 1
 */
public record FieldNet(int layers, boolean skip, boolean glorotSkip) {

  /** [B,F,D] → [B,F,D]. */
  public Node build(Scope scope, Node fields) {
    int f = fields.shape().size(1);
    // V' = V ⊙ (W V⁰ + u), and with fields last that is a dense layer with Wᵀ and the bias u
    Node turned = transpose(fields, 0, 2, 1); // [B,D,F]
    Node v0 = flattenRows(turned); // [B·D,F]
    Node v = v0;
    for (int l = 0; l < layers; l++) {
      Node c = matmul(v0, scope.glorot("W." + l, f, f), false, true);
      if (skip) {
        Init init = glorotSkip ? new Init.Glorot(f + 1, f) : Init.ONES;
        c = add(c, scope.parameter("u." + l, init, Role.BIAS, f));
      }
      v = mul(v, c);
    }
    return transpose(reshape(v, turned.shape()), 0, 2, 1);
  }
}
