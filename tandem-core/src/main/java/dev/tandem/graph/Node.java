package dev.tandem.graph;

import java.util.List;

/**
 * One value of a graph: an operator applied to other nodes. Immutable; two nodes are the same only
 * if they are the same object. Made by {@link Nodes} and {@link Scope}.
 */
public final class Node {
  private final Op op;
  private final List<Node> inputs;
  private final Shape shape;

  Node(Op op, List<Node> inputs) {
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.shape = op.shape(this.inputs.stream().map(Node::shape).toList());
  }

  /** A node of {@code op} over {@code inputs}; checks the shapes. */
  public static Node of(Op op, Node... inputs) {
    return new Node(op, List.of(inputs));
  }

  /** A node of {@code op} over {@code inputs}; checks the shapes. */
  public static Node of(Op op, List<Node> inputs) {
    return new Node(op, inputs);
  }

  public Op op() {
    return op;
  }

  public List<Node> inputs() {
    return inputs;
  }

  public Node input(int i) {
    return inputs.get(i);
  }

  public Shape shape() {
    return shape;
  }

  /** Width of the last dimension, which must be a number. */
  public int width() {
    return shape.size(-1);
  }

  @Override
  public String toString() {
    return op + " " + shape;
  }
}
