package dev.tandem.scoring;

import dev.tandem.graph.Binary;
import dev.tandem.graph.Concat;
import dev.tandem.graph.Constant;
import dev.tandem.graph.ExpandLike;
import dev.tandem.graph.Extent;
import dev.tandem.graph.Input;
import dev.tandem.graph.LogSoftmax;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Max;
import dev.tandem.graph.Node;
import dev.tandem.graph.Normalise;
import dev.tandem.graph.Op;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Reshape;
import dev.tandem.graph.ScaleGradient;
import dev.tandem.graph.Select;
import dev.tandem.graph.Slice;
import dev.tandem.graph.Softmax;
import dev.tandem.graph.StopGradient;
import dev.tandem.graph.Sum;
import dev.tandem.graph.Transpose;
import dev.tandem.graph.Unary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out a program for given sizes: one kernel per step, and an array for each value that is used
 * again as soon as nobody reads the value any more.
 */
final class PlanBuilder implements Op.Visitor<Kernel> {
  private static final float[] NONE = {};

  private final Map<String, Integer> sizes;
  private final Map<Node, Integer> slots;
  private final Map<Node, Integer> uses;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private final List<Integer> temporary = new ArrayList<>();
  private Node node;
  private int out;

  /**
   * A layout to fill.
   *
   * @param slots numbers of the arrays of parameters, constants and inputs
   * @param uses readers of every value
   * @param parameters how many of them the program owns
   */
  PlanBuilder(
      Map<String, Integer> sizes,
      Map<Node, Integer> slots,
      Map<Node, Integer> uses,
      int parameters,
      List<Input> inputs) {
    this.sizes = sizes;
    this.slots = new HashMap<>(slots);
    this.uses = new HashMap<>(uses);
    for (int i = 0; i < parameters; i++) {
      lengths.add(0);
    }
    inputs.forEach(i -> lengths.add(i.shape().count().resolve(sizes)));
    // never read before it is set: add() comes first
    this.node = Node.of(new Constant(dev.tandem.graph.Shape.SCALAR, List.of(0.0)));
  }

  void add(Program.Step step) {
    node = step.node();
    Node root = Program.root(node);
    if (root == node) {
      out = take(count(node));
      slots.put(node, out);
      kernels.add(
          step.dense().isPresent() ? product(step, step.dense().get()) : node.op().accept(this));
    }
    temporary.forEach(free::push);
    temporary.clear();
    for (Node operand : step.operands()) {
      boolean last = uses.merge(operand, -1, Integer::sum) == 0;
      if (last && !operand.inputs().isEmpty()) {
        free.push(slot(operand));
      }
    }
  }

  Plan build(Collection<Node> outputs) {
    return new Plan(
        kernels.toArray(Kernel[]::new),
        lengths.stream().mapToInt(Integer::intValue).toArray(),
        outputs.stream().mapToInt(n -> slot(Program.root(n))).toArray());
  }

  private int take(int length) {
    if (free.isEmpty()) {
      lengths.add(length);
      return lengths.size() - 1;
    }
    int slot = free.pop();
    lengths.set(slot, Math.max(lengths.get(slot), length));
    return slot;
  }

  private int slot(Node n) {
    Integer slot = slots.get(Program.root(n));
    if (slot == null) {
      throw new IllegalStateException("used before it is computed: " + n);
    }
    return slot;
  }

  private int in(int i) {
    return slot(node.input(i));
  }

  private int[] shape(Node n) {
    return n.shape().resolve(sizes);
  }

  private int count(Node n) {
    return n.shape().count().resolve(sizes);
  }

  private Kernel product(Program.Step step, Program.Product product) {
    int x = slot(step.operands().get(0));
    int y = out;
    Dense weights = product.weights();
    int rows = count(node) / weights.width();
    boolean relu = product.relu();
    if (!product.bias()) {
      return w -> weights.run(w.v[x], rows, NONE, relu, w.v[y], w.rows);
    }
    int bias = slot(step.operands().get(1));
    return w -> weights.run(w.v[x], rows, w.v[bias], relu, w.v[y], w.rows);
  }

  @Override
  public Kernel parameter(Parameter op) {
    throw new IllegalStateException("a parameter is not computed");
  }

  @Override
  public Kernel input(Input op) {
    throw new IllegalStateException("an input is not computed");
  }

  @Override
  public Kernel constant(Constant op) {
    throw new IllegalStateException("a constant is not computed");
  }

  @Override
  public Kernel unary(Unary op) {
    int x = in(0);
    int y = out;
    int n = count(node);
    return switch (op.kind()) {
      case NEG -> w -> Elements.neg(w.v[x], w.v[y], n);
      case RELU -> w -> Elements.relu(w.v[x], w.v[y], n);
      case SIGMOID -> w -> Elements.sigmoid(w.v[x], w.v[y], n);
      case TANH -> w -> Elements.tanh(w.v[x], w.v[y], n);
      case SOFTPLUS -> w -> Elements.softplus(w.v[x], w.v[y], n);
      case SIN -> w -> Elements.sin(w.v[x], w.v[y], n);
      case COS -> w -> Elements.cos(w.v[x], w.v[y], n);
      case EXP -> w -> Elements.exp(w.v[x], w.v[y], n);
      case LOG -> w -> Elements.log(w.v[x], w.v[y], n);
      case SQRT -> w -> Elements.sqrt(w.v[x], w.v[y], n);
      case ABS -> w -> Elements.abs(w.v[x], w.v[y], n);
      case SIGN -> w -> Elements.sign(w.v[x], w.v[y], n);
      case STEP -> w -> Elements.step(w.v[x], w.v[y], n);
    };
  }

  /** The array of an operand at the result's shape, stretched by a kernel of its own if needed. */
  private int stretched(int i) {
    Node x = node.input(i);
    if (x.shape().equals(node.shape())) {
      return in(i);
    }
    int slot = take(count(node));
    temporary.add(slot);
    kernels.add(expand(x, slot));
    return slot;
  }

  private Kernel expand(Node x, int to) {
    int[] shape = shape(node);
    int[] own = shape(x);
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int d = own.length - 1; d >= 0; d--) {
      strides[d + shape.length - own.length] = own[d] == 1 ? 0 : stride;
      stride *= own[d];
    }
    return gather(slot(x), 0, to, shape, strides);
  }

  /** Merges neighbouring dimensions that one stride covers, so that the innermost runs are long. */
  private static Kernel gather(int x, int from, int y, int[] shape, int[] strides) {
    int[] sizes = new int[shape.length + 1];
    int[] steps = new int[shape.length + 1];
    int rank = 0;
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] == 1) {
        continue;
      }
      if (rank > 0 && steps[rank - 1] == strides[d] * shape[d]) {
        sizes[rank - 1] *= shape[d];
        steps[rank - 1] = strides[d];
      } else {
        sizes[rank] = shape[d];
        steps[rank++] = strides[d];
      }
    }
    if (rank == 0) {
      sizes[rank] = 1;
      steps[rank++] = 1;
    }
    int[] merged = Arrays.copyOf(sizes, rank);
    int[] mergedSteps = Arrays.copyOf(steps, rank);
    return w -> Moves.gather(w.v[x], from, w.v[y], 0, merged, mergedSteps);
  }

  @Override
  public Kernel binary(Binary op) {
    int a = stretched(0);
    int b = stretched(1);
    int y = out;
    int n = count(node);
    return switch (op.kind()) {
      case ADD -> w -> Elements.add(w.v[a], w.v[b], w.v[y], n);
      case SUB -> w -> Elements.sub(w.v[a], w.v[b], w.v[y], n);
      case MUL -> w -> Elements.mul(w.v[a], w.v[b], w.v[y], n);
      case DIV -> w -> Elements.div(w.v[a], w.v[b], w.v[y], n);
      case EQUAL -> w -> Elements.equal(w.v[a], w.v[b], w.v[y], n);
    };
  }

  @Override
  public Kernel select(Select op) {
    int c = stretched(0);
    int a = stretched(1);
    int b = stretched(2);
    int y = out;
    int n = count(node);
    return w -> Elements.select(w.v[c], w.v[a], w.v[b], w.v[y], n);
  }

  @Override
  public Kernel matMul(MatMul op) {
    int[] shape = shape(node);
    int[] left = shape(node.input(0));
    int m = shape[shape.length - 2];
    int n = shape[shape.length - 1];
    int k = left[left.length - (op.transA() ? 2 : 1)];
    int batches = count(node) / Math.max(1, m * n);
    boolean shared = node.input(1).shape().rank() == 2;
    int a = in(0);
    int b = in(1);
    int y = out;
    return w ->
        Moves.products(w.v[a], w.v[b], w.v[y], batches, m, k, n, op.transA(), op.transB(), shared);
  }

  @Override
  public Kernel softmax(Softmax op) {
    int x = in(0);
    int y = out;
    int n = shape(node)[node.shape().rank() - 1];
    int rows = count(node) / n;
    return w -> Elements.softmax(w.v[x], w.v[y], rows, n);
  }

  @Override
  public Kernel logSoftmax(LogSoftmax op) {
    int x = in(0);
    int y = out;
    int n = shape(node)[node.shape().rank() - 1];
    int rows = count(node) / n;
    return w -> Elements.logSoftmax(w.v[x], w.v[y], rows, n);
  }

  @Override
  public Kernel normalise(Normalise op) {
    int x = in(0);
    int y = out;
    int n = shape(node)[node.shape().rank() - 1];
    int rows = count(node) / n;
    return w -> Elements.normalise(w.v[x], w.v[y], rows, n, op.epsilon());
  }

  private static int product(int[] shape, int from, int to) {
    int n = 1;
    for (int d = from; d < to; d++) {
      n *= shape[d];
    }
    return n;
  }

  @Override
  public Kernel concat(Concat op) {
    int[] shape = shape(node);
    int outer = product(shape, 0, op.axis());
    int inner = product(shape, op.axis() + 1, shape.length);
    int step = shape[op.axis()] * inner;
    int y = out;
    int parts = node.inputs().size();
    int[] from = new int[parts];
    int[] length = new int[parts];
    int[] to = new int[parts];
    int at = 0;
    for (int i = 0; i < parts; i++) {
      from[i] = in(i);
      length[i] = shape(node.input(i))[op.axis()] * inner;
      to[i] = at;
      at += length[i];
    }
    return w -> {
      for (int i = 0; i < from.length; i++) {
        Moves.runs(w.v[from[i]], 0, length[i], w.v[y], to[i], step, length[i], outer);
      }
    };
  }

  @Override
  public Kernel slice(Slice op) {
    int[] shape = shape(node);
    int[] own = shape(node.input(0));
    int outer = product(shape, 0, op.axis());
    int inner = product(shape, op.axis() + 1, shape.length);
    int size = own[op.axis()];
    int start = (int) (op.start() < 0 ? op.start() + size : op.start()) * inner;
    int length = shape[op.axis()] * inner;
    int x = in(0);
    int y = out;
    return w -> Moves.runs(w.v[x], start, size * inner, w.v[y], 0, length, length, outer);
  }

  @Override
  public Kernel reshape(Reshape op) {
    throw new IllegalStateException("a reshape only renames");
  }

  @Override
  public Kernel transpose(Transpose op) {
    int[] own = shape(node.input(0));
    int[] strides = new int[own.length];
    for (int d = 0; d < own.length; d++) {
      strides[d] = product(own, op.order().get(d) + 1, own.length);
    }
    return gather(in(0), 0, out, shape(node), strides);
  }

  @Override
  public Kernel expandLike(ExpandLike op) {
    return expand(node.input(0), out);
  }

  @Override
  public Kernel sum(Sum op) {
    int[] own = shape(node.input(0));
    int[] shape = own.length == 0 ? new int[] {1} : own;
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int d = own.length - 1; d >= 0; d--) {
      boolean reduced = op.axes().contains(d);
      strides[d] = reduced ? 0 : stride;
      stride *= reduced ? 1 : own[d];
    }
    int x = in(0);
    int y = out;
    int n = count(node);
    return w -> Moves.sum(w.v[x], w.v[y], n, shape, strides);
  }

  @Override
  public Kernel max(Max op) {
    int[] own = shape(node.input(0));
    int outer = product(own, 0, op.axis());
    int inner = product(own, op.axis() + 1, own.length);
    int n = own[op.axis()];
    int x = in(0);
    int y = out;
    return w -> Moves.max(w.v[x], w.v[y], outer, n, inner);
  }

  @Override
  public Kernel extent(Extent op) {
    int[] own = shape(node.input(0));
    float n = 1;
    for (int axis : op.axes()) {
      n *= own[axis];
    }
    float extent = n;
    int y = out;
    return w -> w.v[y][0] = extent;
  }

  @Override
  public Kernel stopGradient(StopGradient op) {
    throw new IllegalStateException("a gradient mark only renames");
  }

  @Override
  public Kernel scaleGradient(ScaleGradient op) {
    throw new IllegalStateException("a gradient mark only renames");
  }
}
