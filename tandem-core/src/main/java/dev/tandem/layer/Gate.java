package dev.tandem.layer;

import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.equal;
import static dev.tandem.graph.Nodes.max;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.select;
import static dev.tandem.graph.Nodes.softmax;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Init;
import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Scope;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;

/**
 * A softmax gate over experts: {@code softmax((xG + b) / temperature)}; parameters {@code W
 * [in,n]}, {@code b [n]}, and {@code hidden.l.*} before them.
 *
 * @param bias whether there is a b
 * @param hidden ReLU layers in front of the linear map
 * @param temperature divides the logits
 * @param dropout share of experts dropped per row in training, the rest renormalised
 * @param zeroInit start at uniform mixing
 * @param topK experts that keep a weight, the rest getting exactly 0; experts of equal logits stand
 *     or fall together. 0 keeps all
 */
@Doc("A softmax gate over experts.")
public record Gate(
    @Doc("Whether the linear map has a bias.") @Default("false") boolean bias,
    @Doc("Widths of ReLU layers in front of the linear map.") @Default("[]") @Range(min = 1)
        List<Integer> hidden,
    @Doc("Divides the gate's logits.") @Default("1") @Range(min = 1e-3, max = 1e3)
        double temperature,
    @Doc("Share of experts dropped per row in training; the rest is renormalised.")
        @Default("0")
        @Range(min = 0, max = 0.9)
        double dropout,
    @Doc("Start with uniform mixing instead of Glorot weights.") @Default("false") boolean zeroInit,
    @Doc("Number of experts that each row uses, those of the largest weights; 0: all.")
        @Default("0")
        @Range(min = 0)
        int topK) {
  /** A logit that softmax turns into 0, and far from any overflow. */
  private static final double NEVER = -1e9;

  public Gate {
    hidden = List.copyOf(hidden);
  }

  /** The papers' gate: linear, no bias. */
  public static Gate linear() {
    return new Gate(false, List.of(), 1, 0, false, 0);
  }

  public Gate withBias(boolean wanted) {
    return new Gate(wanted, hidden, temperature, dropout, zeroInit, topK);
  }

  /** {@link #weights}, to be seen as the probe {@code weights} of the scope. */
  public Node build(Scope scope, Node x, int n) {
    Node gate = weights(scope, x, n);
    scope.probe("weights", gate);
    return gate;
  }

  /** x [B,d] → weights [B,n], non-negative, each row summing to one. */
  public Node weights(Scope scope, Node x, int n) {
    Node h = Mlp.of(hidden).build(scope.at("hidden"), x);
    int in = h.width();
    Init init = zeroInit ? Init.ZEROS : new Init.Glorot(in, n);
    Node logits = Nodes.matmul(h, scope.parameter("W", init, Role.WEIGHT, in, n));
    if (bias) {
      logits = Nodes.add(logits, scope.bias("b", n));
    }
    if (topK > 0 && topK < n) {
      logits = largest(logits);
    }
    Node gate = softmax(temperature == 1 ? logits : scale(logits, 1 / temperature));
    if (dropout > 0 && scope.training()) {
      Node kept = mul(gate, step(sub(scope.uniform("dropout", gate.shape()), scalar(dropout))));
      // a row that lost every expert keeps a tiny divisor instead of 0/0: its output is 0
      gate = div(kept, Nodes.add(sum(kept, true, -1), scalar(1e-12)));
    }
    return gate;
  }

  /** The logits of the {@code topK} largest values; {@link #NEVER} for the others. */
  private Node largest(Node logits) {
    Node rest = logits;
    for (int i = 1; i < topK; i++) {
      rest = select(equal(rest, max(rest, -1)), scalar(NEVER), rest);
    }
    return select(step(sub(max(rest, -1), logits)), scalar(NEVER), logits);
  }
}
