package dev.tandem.graph;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A value fed from outside at every run.
 *
 * @param name unique name in the graph
 * @param shape its shape; its symbols take their size from the value fed
 * @param noise what the trainer draws for a random input
 */
public record Input(String name, Shape shape, Noise noise) implements Op {

  /** Random inputs are drawn by the trainer: a run stays a pure function of its inputs. */
  public enum Noise {
    NONE,
    /** Uniform on (0,1), one draw per element and row of the batch. */
    UNIFORM
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
    return visitor.input(this);
  }
}
