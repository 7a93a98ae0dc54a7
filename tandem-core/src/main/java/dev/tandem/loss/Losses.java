package dev.tandem.loss;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.logSoftmax;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.slice;
import static dev.tandem.graph.Nodes.softplus;
import static dev.tandem.graph.Nodes.square;
import static dev.tandem.graph.Nodes.sub;
import static dev.tandem.graph.Nodes.sum;

import dev.tandem.graph.Node;

/** Losses per row, [B,1], from logits. */
public final class Losses {
  private Losses() {}

  /**
   * Binary cross-entropy: {@code ln(1 + e^a) - a·y}, as {@code y ln(1 + e^-a) + (1 - y) ln(1 +
   * e^a)}. So neither the loss of a confident prediction that is right nor its gradient is the
   * difference of two nearly equal numbers.
   */
  public static Node binary(Node logit, Node label) {
    Node missed = mul(softplus(neg(logit)), label);
    return add(missed, mul(softplus(logit), sub(scalar(1), label)));
  }

  /** Squared error. */
  public static Node squared(Node prediction, Node label) {
    return square(sub(prediction, label));
  }

  /** Cross-entropy of logits [B,C] against one-hot labels [B,C]. */
  public static Node multiclass(Node logits, Node oneHot) {
    return neg(sum(mul(logSoftmax(logits), oneHot), true, -1));
  }

  /** ln σ(a). */
  public static Node logSigmoid(Node a) {
    return neg(softplus(neg(a)));
  }

  /**
   * Binary cross-entropy of the product σ(a)·σ(b) against {@code label}, in the log domain: with
   * {@code 1 - σ(a)σ(b) = (e^-a + e^-b + e^-a-b) σ(a)σ(b)} nothing cancels at either end.
   */
  public static Node binaryOfProduct(Node a, Node b, Node label) {
    Node logP = add(logSigmoid(a), logSigmoid(b));
    Node terms = concat(neg(a), neg(b), neg(add(a, b))); // [B,3]
    Node logSum = sub(slice(terms, -1, 0, 1), slice(logSoftmax(terms), -1, 0, 1));
    Node logQ = add(logSum, logP);
    return neg(add(mul(label, sub(logP, logQ)), logQ));
  }
}
