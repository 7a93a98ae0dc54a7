package dev.tandem.layer;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;

/** Element-wise non-linearities. */
public enum Activation {
  RELU,
  LINEAR,
  SIGMOID,
  TANH,
  SOFTPLUS,
  /** x · sigmoid(x). */
  SWISH;

  public Node apply(Node x) {
    return switch (this) {
      case RELU -> Nodes.relu(x);
      case LINEAR -> x;
      case SIGMOID -> Nodes.sigmoid(x);
      case TANH -> Nodes.tanh(x);
      case SOFTPLUS -> Nodes.softplus(x);
      case SWISH -> Nodes.mul(x, Nodes.sigmoid(x));
    };
  }
}
