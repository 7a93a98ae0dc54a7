package dev.tandem.graph;

import static dev.tandem.graph.Nodes.div;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.neg;
import static dev.tandem.graph.Nodes.sumTo;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * An element-wise function of two values; shapes align at the right, a dimension of 1 stretches.
 */
public record Binary(Kind kind) implements Op {

  /** The functions. */
  public enum Kind {
    ADD,
    SUB,
    MUL,
    DIV,
    /** 1 where both are equal, otherwise 0. */
    EQUAL
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return Shape.broadcast(inputs.get(0), inputs.get(1));
  }

  @Override
  public void gradient(Node node, Node g, BiConsumer<Node, Node> into) {
    Node a = node.input(0);
    Node b = node.input(1);
    switch (kind) {
      case ADD -> {
        into.accept(a, sumTo(g, a.shape()));
        into.accept(b, sumTo(g, b.shape()));
      }
      case SUB -> {
        into.accept(a, sumTo(g, a.shape()));
        into.accept(b, neg(sumTo(g, b.shape())));
      }
      case MUL -> {
        into.accept(a, sumTo(mul(g, b), a.shape()));
        into.accept(b, sumTo(mul(g, a), b.shape()));
      }
      case DIV -> {
        Node ga = div(g, b);
        into.accept(a, sumTo(ga, a.shape()));
        into.accept(b, neg(sumTo(mul(ga, node), b.shape())));
      }
      case EQUAL -> {
        // flat almost everywhere
      }
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.binary(this);
  }
}
