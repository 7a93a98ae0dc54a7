package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A trained tensor.
 *
 * @param name unique name in the graph, also in the archive
 * @param shape static shape
 * @param init how it starts
 * @param role how the optimiser treats it
 */
public record Parameter(String name, Shape shape, Init init, Role role) implements Op {

  /** How the optimiser treats a parameter. */
  public enum Role {
    /** Weight matrices: trained, decayed. */
    WEIGHT,
    /** Biases, scales and the like: trained, never decayed. */
    BIAS,
    /** Task gates of the virtual gradient: trained, never decayed, may have their own optimiser. */
    GATE,
    /** Connection log-odds: trained, never decayed, with their own learning-rate factor. */
    CONNECTION,
    /**
     * Running statistics: not trained; replaced after each step by the graph's update of the same
     * name.
     */
    STATE
  }

  public boolean trainable() {
    return role != Role.STATE;
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return shape;
  }

  @Override
  public void gradient(Node node, Node gradient, BiConsumer<Node, Node> into) {
    // a leaf
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.parameter(this);
  }
}
