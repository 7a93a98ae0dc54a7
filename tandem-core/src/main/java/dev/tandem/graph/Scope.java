package dev.tandem.graph;

import dev.tandem.graph.Parameter.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a model is being built: it names parameters by the path of scopes, and collects what a
 * model has besides its result: penalties, probes (values worth looking at), measures of a batch
 * and updates of running statistics. One scope tree builds one graph; not thread-safe.
 */
public final class Scope {
  private final String path;
  private final Registry registry;

  private Scope(String path, Registry registry) {
    this.path = path;
    this.registry = registry;
  }

  /**
   * A new, empty scope; training graphs have dropout, noise and batch statistics, scoring graphs do
   * not.
   */
  public static Scope root(boolean training) {
    return new Scope("", new Registry(training));
  }

  /** The scope {@code path.part.part…}. */
  public Scope at(Object... parts) {
    StringBuilder name = new StringBuilder(path);
    for (Object part : parts) {
      name.append(name.length() == 0 ? "" : ".").append(part);
    }
    return new Scope(name.toString(), registry);
  }

  /** The full name of {@code name} in this scope. */
  public String name(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public boolean training() {
    return registry.training;
  }

  /** A weight: trained, decayed. */
  public Node weight(String name, Init init, int... shape) {
    return parameter(name, init, Role.WEIGHT, shape);
  }

  /** A weight matrix of Glorot-uniform start. */
  public Node glorot(String name, int in, int out) {
    return weight(name, new Init.Glorot(in, out), in, out);
  }

  /** A bias that starts at zero. */
  public Node bias(String name, int width) {
    return parameter(name, Init.ZEROS, Role.BIAS, width);
  }

  /** A parameter; asked for again under the same name, the same node. */
  public Node parameter(String name, Init init, Role role, int... shape) {
    String full = name(name);
    Parameter parameter = new Parameter(full, Shape.of(shape), init, role);
    Node node = registry.leaves.computeIfAbsent(full, k -> Node.of(parameter));
    if (!(node.op() instanceof Parameter known) || !known.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "two parameters " + full + ": " + node + " and " + parameter.shape());
    }
    return node;
  }

  /** An input of the whole graph: its name is not scoped; asked for again, the same node. */
  public Node input(String name, Shape shape) {
    return leaf(name, shape, Input.Noise.NONE);
  }

  /** A random input of this scope, drawn uniformly from (0,1) by the trainer. */
  public Node uniform(String name, Shape shape) {
    return leaf("noise." + name(name), shape, Input.Noise.UNIFORM);
  }

  private Node leaf(String full, Shape shape, Input.Noise noise) {
    Node node = registry.leaves.computeIfAbsent(full, k -> Node.of(new Input(full, shape, noise)));
    if (!(node.op() instanceof Input) || !node.shape().equals(shape)) {
      throw new IllegalArgumentException("two inputs " + full + ": " + node + " and " + shape);
    }
    return node;
  }

  /** A scalar that is added to the joint loss as it stands. */
  public void penalty(String name, Node scalar) {
    registry.penalties.put(name(name), scalar);
  }

  /** A value worth looking at: gate weights, attention, public and private activations. */
  public void probe(String name, Node value) {
    registry.probes.put(name(name), value);
  }

  /**
   * A number [] of a training batch that is told epoch by epoch, such as the share of its rows that
   * something happens to; it adds up over the chunks of the batch.
   */
  public void measure(String name, Node scalar) {
    registry.measures.put(name(name), scalar);
  }

  /** The next value of the running statistic {@code state}, computed by a training step. */
  public void update(Node state, Node next) {
    registry.updates.put(((Parameter) state.op()).name(), next);
  }

  public Map<String, Node> penalties() {
    return Collections.unmodifiableMap(registry.penalties);
  }

  public Map<String, Node> probes() {
    return Collections.unmodifiableMap(registry.probes);
  }

  public Map<String, Node> measures() {
    return Collections.unmodifiableMap(registry.measures);
  }

  public Map<String, Node> updates() {
    return Collections.unmodifiableMap(registry.updates);
  }

  private static final class Registry {
    final boolean training;
    final Map<String, Node> leaves = new LinkedHashMap<>();
    final Map<String, Node> penalties = new LinkedHashMap<>();
    final Map<String, Node> probes = new LinkedHashMap<>();
    final Map<String, Node> measures = new LinkedHashMap<>();
    final Map<String, Node> updates = new LinkedHashMap<>();

    Registry(boolean training) {
      this.training = training;
    }
  }
}
