package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.flatten;
import static dev.tandem.graph.Nodes.insert;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.mean;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.relu;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sigmoid;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;

/**
 * DTRN's task-specific refinement (Liu et al., CIKM 2023): a SENet-like network per task that
 * weighs every field. Parameters {@code W1}, {@code b1}, {@code W2}, {@code b2}.
 */
@Doc("Task-specific weights of all fields.")
public record Trm(
    @Doc("Hidden width; 0 for max(8, fields · dim / 16).") @Default("0") @Range(min = 0) int hidden,
    @Doc("What the network reads: all fields flattened, or each field's mean.") @Default("flatten")
        Squeeze squeeze,
    @Doc("From logits to weights: sigmoid, two_sigmoid (1 at the start) or relu.")
        @Default("sigmoid")
        Weighting gate,
    @Doc("One weight per field or per component.") @Default("field") Granularity granularity) {

  /** What the network reads. */
  public enum Squeeze {
    FLATTEN,
    MEAN
  }

  /** From logits to weights. */
  public enum Weighting {
    SIGMOID,
    TWO_SIGMOID,
    RELU
  }

  /** What one weight covers. */
  public enum Granularity {
    FIELD,
    ELEMENT
  }

  /** Fields [B,N,d] → refined fields [B,N·d]. */
  Node build(Scope scope, Node fields) {
    int n = fields.shape().size(1);
    int d = fields.width();
    Node z = squeeze == Squeeze.FLATTEN ? flatten(fields) : mean(fields, false, 2);
    int r = hidden > 0 ? hidden : Math.max(8, n * d / 16);
    int out = granularity == Granularity.FIELD ? n : n * d;
    Node h = relu(add(matmul(z, scope.glorot("W1", z.width(), r)), scope.bias("b1", r)));
    Node w2 = scope.weight("W2", new Init.Normal(0.01), r, out);
    Node a = add(matmul(h, w2), scope.bias("b2", out));
    Node w =
        switch (gate) {
          case SIGMOID -> sigmoid(a);
          case TWO_SIGMOID -> scale(sigmoid(a), 2);
          case RELU -> relu(a);
        };
    scope.probe("weights", w);
    return granularity == Granularity.FIELD
        ? flatten(mul(fields, insert(w, 2)))
        : mul(flatten(fields), w);
  }
}
