package dev.tandem.graph;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.cos;
import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.sigmoid;
import static dev.tandem.graph.Nodes.sign;
import static dev.tandem.graph.Nodes.sin;
import static dev.tandem.graph.Nodes.step;
import static dev.tandem.graph.Nodes.sub;

import java.util.List;
import java.util.function.BiConsumer;

/** An element-wise function of one value. */
public record Unary(Kind kind) implements Op {

  /** The functions. */
  public enum Kind {
    NEG,
    RELU,
    SIGMOID,
    TANH,
    /** ln(1 + e^x), stable at both ends. */
    SOFTPLUS,
    SIN,
    COS,
    EXP,
    LOG,
    SQRT,
    ABS,
    /** -1, 0 or 1. */
    SIGN,
    /** 1 where x is above 0, otherwise 0. */
    STEP
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node x = node.input(0);
    switch (kind) {
      case NEG -> into.accept(x, neg(g));
      case RELU -> into.accept(x, mul(g, step(node)));
      // σ(-x) and not 1 - σ(x), which has no digits left where σ(x) is near 1
      case SIGMOID -> into.accept(x, mul(g, mul(node, sigmoid(neg(x)))));
      case TANH -> into.accept(x, mul(g, sub(scalar(1), mul(node, node))));
      case SOFTPLUS -> into.accept(x, mul(g, sigmoid(x)));
      case SIN -> into.accept(x, mul(g, cos(x)));
      case COS -> into.accept(x, neg(mul(g, sin(x))));
      case EXP -> into.accept(x, mul(g, node));
      case LOG -> into.accept(x, div(g, x));
      case SQRT -> into.accept(x, div(g, add(node, node)));
      case ABS -> into.accept(x, mul(g, sign(x)));
      case SIGN, STEP -> {
        // flat almost everywhere
      }
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.unary(this);
  }
}
