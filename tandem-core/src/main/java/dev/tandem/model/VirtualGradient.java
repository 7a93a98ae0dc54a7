package dev.tandem.model;

import static dev.tandem.graph.Nodes.abs;
import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.cos;
import static dev.tandem.graph.Nodes.mul;
import static dev.tandem.graph.Nodes.scalar;
import static dev.tandem.graph.Nodes.scale;
import static dev.tandem.graph.Nodes.sqrt;
import static dev.tandem.graph.Nodes.square;
import static dev.tandem.graph.Nodes.sub;

import dev.tandem.graph.Node;

/**
 * The coefficient γ(x, y) that scales a gate's gradient (DEPHN, figure 4): x is the similarity of
 * two tasks' labels, y the difference of their gates, both in [0,1]; the value lies in [0,2]. The
 * root functions (d) and (h) take the absolute value first.
 */
public enum VirtualGradient {
  /** cos(2πxy) + 1. */
  A,
  /** 2|2xy - 1|. */
  B,
  /** 2(2xy - 1)². */
  C,
  /** 2√|2xy - 1|. */
  D,
  /** cos(π(x + y)) + 1, the paper's eq. 9. */
  E,
  /** 2|x + y - 1|. */
  F,
  /** 2(x + y - 1)². */
  G,
  /** 2√|x + y - 1|, the paper's final choice. */
  H;

  /** γ, element-wise. */
  public Node gamma(Node x, Node y) {
    return switch (this) {
      case A -> add(cos(scale(mul(x, y), 2 * Math.PI)), scalar(1));
      case B -> scale(abs(product(x, y)), 2);
      case C -> scale(square(product(x, y)), 2);
      case D -> scale(sqrt(abs(product(x, y))), 2);
      case E -> add(cos(scale(add(x, y), Math.PI)), scalar(1));
      case F -> scale(abs(sum(x, y)), 2);
      case G -> scale(square(sum(x, y)), 2);
      case H -> scale(sqrt(abs(sum(x, y))), 2);
    };
  }

  private static Node product(Node x, Node y) {
    return sub(scale(mul(x, y), 2), scalar(1));
  }

  private static Node sum(Node x, Node y) {
    return sub(add(x, y), scalar(1));
  }
}
