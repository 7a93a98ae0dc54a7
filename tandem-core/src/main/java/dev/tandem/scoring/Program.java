package dev.tandem.scoring;

import dev.tandem.graph.Binary;
import dev.tandem.graph.ExpandLike;
import dev.tandem.graph.Extent;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Node;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Reshape;
import dev.tandem.graph.ScaleGradient;
import dev.tandem.graph.StopGradient;
import dev.tandem.graph.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A scoring graph compiled for the plain JVM, in single precision: matrices packed for vectorised
 * loops, biases and ReLUs inside the products, arrays planned once per sizes and used again when
 * their values are no longer needed. Immutable and thread-safe; each run works on a {@link
 * Workspace}, which {@link #borrow} gives without locks.
 */
public final class Program implements Executable {
  /** Plans kept; more sizes than that do not come up in a server that rounds its blocks. */
  private static final int PLANS = 256;

  private final List<Step> steps;
  private final Symbols symbols;
  private final List<Input> inputs;
  private final Map<String, Node> outputs;
  private final Map<Node, Integer> slots = new HashMap<>();
  private final float[][] parameters;
  private final Map<Node, Integer> uses = new HashMap<>();
  private final ConcurrentHashMap<List<Integer>, Plan> plans = new ConcurrentHashMap<>();
  private final Idle<Workspace> idle = new Idle<>();

  /**
   * A value to compute.
   *
   * @param operands what it reads
   * @param dense the product with fixed weights, where it is one
   */
  record Step(Node node, List<Node> operands, Optional<Product> dense) {}

  /**
   * {@code x W + bias}, with ReLU or without.
   *
   * @param bias whether the second operand is a bias
   */
  record Product(Dense weights, boolean bias, boolean relu) {}

  private Program(Graph graph, Map<String, float[]> values) {
    Fusion fusion = new Fusion(graph);
    this.outputs = graph.outputs();
    this.inputs = graph.inputs();
    this.symbols = Symbols.of(graph);
    List<float[]> arrays = new ArrayList<>();
    Map<Node, Dense> packed = new HashMap<>();
    Set<Node> live = new LinkedHashSet<>();
    List<Step> all = new ArrayList<>();
    List<Node> nodes = graph.nodes();
    outputs.values().forEach(n -> use(root(n), live));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (live.contains(node) && !node.inputs().isEmpty()) {
        Step step = fusion.step(node, values, packed);
        step.operands().forEach(n -> use(n, live));
        all.add(0, step);
      }
    }
    for (Node node : nodes) {
      if (!live.contains(node)) {
        continue;
      }
      if (node.op() instanceof Parameter p) {
        slots.put(node, arrays.size());
        arrays.add(value(p, values));
      } else if (node.op() instanceof dev.tandem.graph.Constant c) {
        slots.put(node, arrays.size());
        float[] constant = new float[c.values().size()];
        for (int i = 0; i < constant.length; i++) {
          constant[i] = c.values().get(i).floatValue();
        }
        arrays.add(constant);
      }
    }
    this.parameters = arrays.toArray(float[][]::new);
    int slot = parameters.length;
    for (Input input : inputs) {
      slots.put(graph.leaf(input.name()).orElseThrow(), slot++);
    }
    this.steps = List.copyOf(all);
  }

  /**
   * Compiles a graph.
   *
   * @param values row-major values of every parameter by name
   */
  public static Program of(Graph graph, Map<String, float[]> values) {
    return new Program(graph, values);
  }

  private void use(Node node, Set<Node> live) {
    live.add(node);
    uses.merge(node, 1, Integer::sum);
  }

  static float[] value(Parameter p, Map<String, float[]> values) {
    float[] value = values.get(p.name());
    if (value == null || value.length != p.shape().count().size()) {
      throw new IllegalArgumentException(
          "parameter "
              + p.name()
              + " of shape "
              + p.shape()
              + " has "
              + (value == null ? "no value" : value.length + " numbers"));
    }
    return value;
  }

  /** The node whose array holds a node's numbers: some operators only rename. */
  static Node root(Node node) {
    Node n = node;
    while (n.op() instanceof Reshape
        || n.op() instanceof StopGradient
        || n.op() instanceof ScaleGradient) {
      n = n.input(0);
    }
    return n;
  }

  @Override
  public Symbols symbols() {
    return symbols;
  }

  @Override
  public List<Input> inputs() {
    return inputs;
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(outputs.keySet());
  }

  int input(String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new NoSuchElementException("no input " + name + " among " + inputs);
  }

  int output(String name) {
    int i = outputs().indexOf(name);
    if (i < 0) {
      throw new NoSuchElementException("no output " + name + " among " + outputs.keySet());
    }
    return i;
  }

  int inputSlot(int i) {
    return parameters.length + i;
  }

  void placeParameters(float[][] v) {
    System.arraycopy(parameters, 0, v, 0, parameters.length);
  }

  /** Most arrays that any plan uses. */
  private int slotCount() {
    return parameters.length + inputs.size() + 4 * steps.size() + outputs.size();
  }

  Plan plan(int[] sizes) {
    List<Integer> key = Arrays.stream(sizes).boxed().toList();
    Plan known = plans.get(key);
    if (known != null) {
      return known;
    }
    if (plans.size() >= PLANS) {
      plans.clear();
    }
    return plans.computeIfAbsent(key, k -> build(sizes));
  }

  private Plan build(int[] sizes) {
    PlanBuilder builder =
        new PlanBuilder(symbols.named(sizes), slots, uses, parameters.length, inputs);
    steps.forEach(builder::add);
    return builder.build(outputs.values());
  }

  @Override
  public Workspace borrow(int... sizes) {
    Workspace workspace =
        idle.take(() -> new Workspace(this, slotCount(), sizes.clone(), plan(sizes)));
    workspace.resize(sizes);
    return workspace;
  }

  /** Takes a workspace back; if too many wait already, it is left to the garbage collector. */
  void giveBack(Workspace workspace) {
    idle.put(workspace);
  }

  /** One evaluation from named arrays: for tests and tools. */
  public Map<String, float[]> evaluate(Map<String, float[]> values, Map<String, Integer> sizes) {
    int[] ordered = symbols.names().stream().mapToInt(s -> sizes.getOrDefault(s, 0)).toArray();
    try (Workspace w = borrow(ordered)) {
      for (int i = 0; i < inputs.size(); i++) {
        float[] value = values.get(inputs.get(i).name());
        if (value == null) {
          throw new IllegalArgumentException("no value for " + inputs.get(i).name());
        }
        System.arraycopy(value, 0, w.input(i), 0, value.length);
      }
      w.run();
      Map<String, float[]> results = new LinkedHashMap<>();
      outputs.forEach(
          (name, node) ->
              results.put(
                  name, Arrays.copyOf(w.output(name), node.shape().count().resolve(sizes))));
      return results;
    }
  }

  /** Which sums and ReLUs go into the product before them. */
  private static final class Fusion {
    private final Map<Node, Integer> readers = new HashMap<>();

    Fusion(Graph graph) {
      graph.nodes().forEach(n -> n.inputs().forEach(i -> readers.merge(i, 1, Integer::sum)));
      graph.outputs().values().forEach(n -> readers.merge(n, 2, Integer::sum));
    }

    Step step(Node node, Map<String, float[]> values, Map<Node, Dense> packed) {
      Node at = node;
      boolean relu = false;
      if (at.op() instanceof Unary u && u.kind() == Unary.Kind.RELU && once(at.input(0))) {
        relu = true;
        at = at.input(0);
      }
      Optional<Node> bias = Optional.empty();
      if (at.op() instanceof Binary b && b.kind() == Binary.Kind.ADD) {
        for (int i = 0; i < 2 && bias.isEmpty(); i++) {
          Node product = at.input(i);
          Node other = at.input(1 - i);
          if (isDense(product) && once(product) && isBias(other, product)) {
            bias = Optional.of(other);
            at = product;
          }
        }
      }
      if (isDense(at)) {
        Node w = at.input(1);
        boolean transposed = ((MatMul) at.op()).transB();
        Dense dense =
            packed.computeIfAbsent(
                at,
                k ->
                    Dense.PACKING.pack(
                        value((Parameter) w.op(), values),
                        w.shape().size(0),
                        w.shape().size(1),
                        transposed));
        List<Node> operands = new ArrayList<>();
        operands.add(root(at.input(0)));
        bias.ifPresent(b -> operands.add(root(b)));
        return new Step(node, operands, Optional.of(new Product(dense, bias.isPresent(), relu)));
      }
      return new Step(node, operands(node), Optional.empty());
    }

    private boolean once(Node node) {
      return readers.getOrDefault(node, 0) == 1;
    }

    private static boolean isDense(Node node) {
      return node.op() instanceof MatMul product
          && node.input(1).op() instanceof Parameter
          && node.input(1).shape().rank() == 2
          && !product.transA();
    }

    private static boolean isBias(Node bias, Node product) {
      return bias.shape().isStatic()
          && bias.shape().rank() > 0
          && bias.shape().rank() <= product.shape().rank()
          && bias.shape().dim(-1).equals(product.shape().dim(-1))
          && bias.shape().count().equals(product.shape().dim(-1));
    }

    private static List<Node> operands(Node node) {
      if (node.op() instanceof ExpandLike) {
        return List.of(root(node.input(0)));
      } else if (node.op() instanceof Extent) {
        return List.of();
      }
      return node.inputs().stream().map(Program::root).toList();
    }
  }
}
