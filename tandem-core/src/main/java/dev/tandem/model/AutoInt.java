package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.flatten;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.relu;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Mlp;
import dev.tandem.layer.SelfAttention;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * AutoInt (Song et al., CIKM 2019): self-attention over fields; parameters {@code att.l.Q}, {@code
 * K}, {@code V}, {@code Res}. With hidden layers it is AutoInt+, whose logit adds that of a deep
 * network over the same fields; parameters {@code mlp.W.l}, {@code mlp.b.l}.
 */
@Doc("Self-attention over fields.")
public record AutoInt(
    @Doc("Number of attention layers.") @Default("3") @Range(min = 1) int layers,
    @Doc("Number of heads, a divisor of the width.") @Default("2") @Range(min = 1) int heads,
    @Doc("Total width of the heads.") @Default("32") @Range(min = 1) int width,
    @Doc("Whether scores are divided by the root of the head's width.") @Default("false")
        boolean scaling,
    @Doc("Layers of a deep network beside the attention (AutoInt+); none when empty.")
        @Default("[]")
        Mlp hidden)
    implements Interaction {

  @Override
  public Node build(Scope scope, Features x) {
    Node fields = x.grid("auto_int"); // [B,F,D]
    for (int l = 0; l < layers; l++) {
      Scope layer = scope.at("att", l);
      int in = fields.width();
      Node q = matmul(fields, layer.glorot("Q", in, width));
      Node k = matmul(fields, layer.glorot("K", in, width));
      Node v = matmul(fields, layer.glorot("V", in, width));
      Node residual = matmul(fields, layer.glorot("Res", in, width));
      fields = relu(add(SelfAttention.attend(q, k, v, heads, scaling), residual));
    }
    Node attended = flatten(fields);
    return hidden.units().isEmpty()
        ? attended
        : concat(attended, hidden.stack(scope.at("mlp"), x.flat()));
  }
}
