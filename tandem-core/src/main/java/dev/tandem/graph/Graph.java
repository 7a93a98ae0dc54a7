package dev.tandem.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** Named results and everything they are computed from. Immutable. */
public final class Graph {
  private final Map<String, Node> outputs;
  private final List<Node> nodes;

  /** A graph of these results, in this order. */
  public Graph(Map<String, Node> outputs) {
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = List.copyOf(order(outputs.values()));
  }

  public Map<String, Node> outputs() {
    return outputs;
  }

  public Node output(String name) {
    Node node = outputs.get(name);
    if (node == null) {
      throw new NoSuchElementException("no output " + name + " among " + outputs.keySet());
    }
    return node;
  }

  /** Every node once, operands before their users; the order depends on the graph alone. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Every parameter, in order of first use. */
  public List<Parameter> parameters() {
    return nodes.stream()
        .map(Node::op)
        .filter(Parameter.class::isInstance)
        .map(Parameter.class::cast)
        .toList();
  }

  /** Every input, in order of first use. */
  public List<Input> inputs() {
    return nodes.stream()
        .map(Node::op)
        .filter(Input.class::isInstance)
        .map(Input.class::cast)
        .toList();
  }

  public Optional<Input> input(String name) {
    return inputs().stream().filter(i -> i.name().equals(name)).findFirst();
  }

  /** The node of the parameter or input of that name. */
  public Optional<Node> leaf(String name) {
    return nodes.stream()
        .filter(
            n ->
                (n.op() instanceof Parameter p && p.name().equals(name))
                    || (n.op() instanceof Input i && i.name().equals(name)))
        .findFirst();
  }

  /** The results whose names pass, and what they need. */
  public Graph select(java.util.function.Predicate<String> keep) {
    Map<String, Node> some = new LinkedHashMap<>();
    outputs.forEach(
        (name, node) -> {
          if (keep.test(name)) {
            some.put(name, node);
          }
        });
    return new Graph(some);
  }

  /** This graph with more results. */
  public Graph with(Map<String, Node> more) {
    Map<String, Node> all = new LinkedHashMap<>(outputs);
    all.putAll(more);
    return new Graph(all);
  }

  /**
   * Operands before users, by depth-first walk without recursion (graphs of gradients are deep).
   */
  static List<Node> order(Collection<Node> roots) {
    Set<Node> done = new HashSet<>();
    List<Node> order = new ArrayList<>();
    Deque<Node> stack = new ArrayDeque<>();
    for (Node root : roots) {
      stack.push(root);
      while (!stack.isEmpty()) {
        Node node = stack.peek();
        if (done.contains(node)) {
          stack.pop();
          continue;
        }
        boolean ready = true;
        List<Node> inputs = node.inputs();
        for (int i = inputs.size() - 1; i >= 0; i--) {
          if (!done.contains(inputs.get(i))) {
            stack.push(inputs.get(i));
            ready = false;
          }
        }
        if (ready) {
          stack.pop();
          done.add(node);
          order.add(node);
        }
      }
    }
    return order;
  }
}
