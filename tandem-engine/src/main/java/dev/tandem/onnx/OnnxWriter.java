package dev.tandem.onnx;

import static dev.tandem.onnx.OnnxModel.attribute;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.tandem.graph.Binary;
import dev.tandem.graph.Concat;
import dev.tandem.graph.Constant;
import dev.tandem.graph.Dim;
import dev.tandem.graph.ExpandLike;
import dev.tandem.graph.Extent;
import dev.tandem.graph.Graph;
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
import dev.tandem.graph.Shape;
import dev.tandem.graph.Slice;
import dev.tandem.graph.Softmax;
import dev.tandem.graph.StopGradient;
import dev.tandem.graph.Sum;
import dev.tandem.graph.Transpose;
import dev.tandem.graph.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes a graph as an ONNX model (operator set 17).
 *
 * <p>Sums of matrix products become the {@code C} operand of {@code Gemm}: biases, and the several
 * contributions to one gradient. With {@code standard} false, transposed batched products use ONNX
 * Runtime's own {@code FusedMatMul}; exports use standard operators only.
 */
public final class OnnxWriter implements Op.Visitor<String> {
  private static final int SHORT_RUN = 64;

  private final boolean standard;
  private final Map<String, float[]> weights;
  private final OnnxModel model = new OnnxModel();
  private final SymbolicShape shapes = new SymbolicShape(model);
  private final IdentityHashMap<Node, String> names = new IdentityHashMap<>();
  private final IdentityHashMap<Node, Integer> uses = new IdentityHashMap<>();
  private final Set<Node> deferred = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Object, String> wider = new HashMap<>();
  private final Set<String> inputNames = new HashSet<>();
  private Node node;

  private OnnxWriter(Graph graph, boolean standard, Map<String, float[]> weights) {
    this.standard = standard;
    this.weights = weights;
    this.node = graph.nodes().get(0);
  }

  /** A model that ONNX Runtime runs and that takes its parameters as inputs. */
  public static byte[] runtime(Graph graph) {
    return new OnnxWriter(graph, false, Map.of()).write(graph);
  }

  /**
   * A model of standard operators that any ONNX runtime takes, with its parameters inside.
   *
   * @param weights row-major values of every parameter by name
   */
  public static byte[] standard(Graph graph, Map<String, float[]> weights) {
    return new OnnxWriter(graph, true, weights).write(graph);
  }

  private byte[] write(Graph graph) {
    count(graph);
    for (Node n : graph.nodes()) {
      if (n.op() instanceof Input input) {
        names.put(n, input.name());
        inputNames.add(input.name());
        model.input(input.name(), input.shape());
        shapes.learn(input);
      }
    }
    for (Node n : graph.nodes()) {
      node = n;
      if (!names.containsKey(n) && !defer(n)) {
        names.put(n, n.op().accept(this));
      }
    }
    graph.outputs().forEach((name, n) -> model.output(outputName(name), name(n), n.shape()));
    return model.bytes();
  }

  /** An input and an output of one name are two values in ONNX; the output gives way. */
  private String outputName(String name) {
    return outputName(name, inputNames);
  }

  static String outputName(String name, Set<String> inputs) {
    return inputs.contains(name) ? name + ".out" : name;
  }

  private void count(Graph graph) {
    graph.nodes().forEach(n -> n.inputs().forEach(i -> uses.merge(i, 1, Integer::sum)));
    graph.outputs().values().forEach(n -> uses.merge(n, 1, Integer::sum));
  }

  /**
   * What is written where it is first read: a plain matrix product, with the sum that may be its
   * only use, and a constant, which may be read in another shape alone.
   */
  private boolean defer(Node n) {
    boolean once = plainProduct(n) && uses.getOrDefault(n, 0) == 1;
    if (once || n.op() instanceof Constant) {
      deferred.add(n);
      return true;
    }
    return false;
  }

  private static boolean plainProduct(Node n) {
    return n.op() instanceof MatMul && n.input(0).shape().rank() == 2 && n.shape().rank() == 2;
  }

  /** The ONNX name of a node's value, written now if it was put off. */
  private String name(Node n) {
    if (deferred.remove(n)) {
      names.put(n, n.op() instanceof Constant c ? constant(c) : gemm(n));
    }
    String name = names.get(n);
    if (name == null) {
      throw new IllegalStateException("node used before it is written: " + n);
    }
    return name;
  }

  private String in(int i) {
    return name(node.input(i));
  }

  private List<String> all() {
    return node.inputs().stream().map(this::name).toList();
  }

  private String constant(double value) {
    return model.floats(new float[] {(float) value});
  }

  private String gemm(Node product, String... sum) {
    MatMul op = (MatMul) product.op();
    List<String> inputs = new ArrayList<>();
    inputs.add(name(product.input(0)));
    inputs.add(name(product.input(1)));
    inputs.addAll(Arrays.asList(sum));
    return model.add(
        "Gemm",
        inputs,
        attribute("transA", op.transA() ? 1 : 0),
        attribute("transB", op.transB() ? 1 : 0));
  }

  @Override
  public String parameter(Parameter op) {
    if (standard) {
      float[] values = weights.get(op.name());
      if (values == null) {
        throw new IllegalArgumentException("no weights for parameter " + op.name());
      }
      model.parameter(op.name(), values, sizes(op.shape()));
    } else {
      model.input(op.name(), op.shape());
      inputNames.add(op.name());
    }
    return op.name();
  }

  @Override
  public String input(Input op) {
    return op.name();
  }

  @Override
  public String constant(Constant op) {
    float[] values = new float[op.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = op.values().get(i).floatValue();
    }
    return model.floats(values, sizes(op.shape()));
  }

  private static long[] sizes(Shape shape) {
    return IntStream.range(0, shape.rank()).mapToLong(shape::size).toArray();
  }

  @Override
  public String unary(Unary op) {
    return switch (op.kind()) {
      case NEG -> model.add("Neg", all());
      case RELU -> model.add("Relu", all());
      case SIGMOID -> sigmoid(in(0));
      case TANH -> model.add("Tanh", all());
      case SOFTPLUS -> model.add("Softplus", all());
      case SIN -> model.add("Sin", all());
      case COS -> model.add("Cos", all());
      case EXP -> model.add("Exp", all());
      case LOG -> model.add("Log", all());
      case SQRT -> model.add("Sqrt", all());
      case ABS -> model.add("Abs", all());
      case SIGN -> model.add("Sign", all());
      case STEP -> asFloat(model.add("Greater", List.of(in(0), constant(0))));
    };
  }

  /**
   * 1 / (1 + e^-x). ONNX Runtime's own Sigmoid is off by up to 2e-7 whatever its value, which is
   * much for the probability of a rare label; this is exact to a few units in the last place.
   */
  private String sigmoid(String x) {
    String odds = model.add("Exp", List.of(model.add("Neg", List.of(x))));
    return model.add("Reciprocal", List.of(model.add("Add", List.of(odds, constant(1)))));
  }

  private String asFloat(String value) {
    return model.add(
        "Cast", List.of(value), attribute("to", (long) TensorProto.DataType.FLOAT.getNumber()));
  }

  @Override
  public String binary(Binary op) {
    return switch (op.kind()) {
      case ADD -> sum();
      case SUB -> model.add("Sub", stretched());
      case MUL -> model.add("Mul", stretched());
      case DIV -> model.add("Div", stretched());
      case EQUAL -> asFloat(model.add("Equal", stretched()));
    };
  }

  private List<String> stretched() {
    return List.of(stretched(0), stretched(1));
  }

  /**
   * An operand of a binary operator. ONNX Runtime broadcasts run by run, at a cost per run that a
   * run of less than about a hundred numbers does not repay: a number per row, a row that all rows
   * share, and a constant beside columns of one are made wider first.
   */
  private String stretched(int i) {
    Node x = node.input(i);
    Shape from = x.shape();
    Shape to = node.shape();
    int rank = to.rank();
    if (rank == 0 || from.equals(to)) {
      return in(i);
    }
    if (x.op() instanceof Constant c && from.rank() == 0 && to.size1(rank - 1)) {
      long[] ones = new long[rank];
      Arrays.fill(ones, 1);
      return model.floats(new float[] {c.values().get(0).floatValue()}, ones);
    }
    if (rank < 2 || !to.dim(-1).isStatic() || node.width() > SHORT_RUN) {
      return in(i);
    }
    boolean perRow = from.rank() == rank && from.size1(rank - 1);
    if (perRow && from.dims().subList(0, rank - 1).equals(to.dims().subList(0, rank - 1))) {
      return wide(x, node.width());
    }
    if (rank > 2 && from.equals(Shape.of(node.width()))) {
      return tall(x, Shape.of(to.dim(-2), to.dim(-1)));
    }
    return in(i);
  }

  /** [.., 1] → [.., width]. */
  private String wide(Node x, int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    String row = model.floats(ones, 1, width);
    String value = name(x);
    return wider.computeIfAbsent(
        List.of(value, row), k -> model.add("MatMul", List.of(value, row)));
  }

  /** [n] → [m, n]. */
  private String tall(Node x, Shape rows) {
    String value = name(x);
    return wider.computeIfAbsent(
        List.of(value, rows), k -> model.add("Expand", List.of(value, shapes.value(rows))));
  }

  private String sum() {
    for (int i = 1; i >= 0; i--) {
      Node product = node.input(i);
      Node other = node.input(1 - i);
      boolean own = plainProduct(product) && product.shape().equals(node.shape());
      if (own && deferred.contains(product) && product != other) {
        deferred.remove(product);
        return gemm(product, name(other));
      }
    }
    return model.add("Add", stretched());
  }

  @Override
  public String select(Select op) {
    String chosen = model.add("Greater", List.of(in(0), constant(0)));
    return model.add("Where", List.of(chosen, in(1), in(2)));
  }

  @Override
  public String matMul(MatMul op) {
    if (plainProduct(node)) {
      return gemm(node);
    }
    if (!op.transA() && !op.transB()) {
      return model.add("MatMul", all());
    }
    if (!standard) {
      return model.addMicrosoft(
          "FusedMatMul",
          all(),
          attribute("transA", op.transA() ? 1 : 0),
          attribute("transB", op.transB() ? 1 : 0));
    }
    boolean narrow = isShort(node.shape().dim(-2)) && !isShort(node.shape().dim(-1));
    if (!op.transA() && narrow && node.input(1).shape().rank() == node.shape().rank()) {
      // A Bᵀ = (B Aᵀ)ᵀ: what is turned is small, attention weights are not
      String turned = model.add("MatMul", List.of(in(1), transposed(in(0), node)));
      return transposed(turned, node);
    }
    return model.add(
        "MatMul",
        List.of(
            op.transA() ? transposed(in(0), node) : in(0),
            op.transB() ? transposed(in(1), node.input(1)) : in(1)));
  }

  private static boolean isShort(Dim dim) {
    return dim.isStatic() && dim.size() <= 16;
  }

  /** The last two dimensions of a value exchanged, of as many as {@code like} has. */
  private String transposed(String value, Node like) {
    int rank = like.shape().rank();
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(order, rank - 2, rank - 1);
    return model.add("Transpose", List.of(value), attribute("perm", order));
  }

  @Override
  public String softmax(Softmax op) {
    return model.add("Softmax", all(), attribute("axis", -1));
  }

  @Override
  public String logSoftmax(LogSoftmax op) {
    return model.add("LogSoftmax", all(), attribute("axis", -1));
  }

  @Override
  public String normalise(Normalise op) {
    String x = in(0);
    String centred = model.add("Sub", List.of(x, mean(x)));
    String variance = mean(model.add("Mul", List.of(centred, centred)));
    String shifted = model.add("Add", List.of(variance, constant(op.epsilon())));
    return model.add("Div", List.of(centred, model.add("Sqrt", List.of(shifted))));
  }

  private String mean(String x) {
    return model.add("ReduceMean", List.of(x), attribute("axes", List.of(-1)));
  }

  @Override
  public String concat(Concat op) {
    return model.add("Concat", all(), attribute("axis", op.axis()));
  }

  @Override
  public String slice(Slice op) {
    return model.add(
        "Slice",
        List.of(in(0), model.longs(op.start()), model.longs(op.end()), model.longs(op.axis())));
  }

  @Override
  public String reshape(Reshape op) {
    return model.add("Reshape", List.of(in(0), shapes.reshape(node.input(0).shape(), op.shape())));
  }

  @Override
  public String transpose(Transpose op) {
    return model.add("Transpose", all(), attribute("perm", op.order()));
  }

  @Override
  public String expandLike(ExpandLike op) {
    return model.add("Expand", List.of(in(0), shapes.of(node.input(1), in(1))));
  }

  @Override
  public String sum(Sum op) {
    long[] axes = op.axes().stream().mapToLong(Integer::longValue).toArray();
    return model.add(
        "ReduceSum", List.of(in(0), model.longs(axes)), attribute("keepdims", op.keep() ? 1 : 0));
  }

  @Override
  public String max(Max op) {
    return model.add(
        "ReduceMax", all(), attribute("axes", List.of(op.axis())), attribute("keepdims", 1));
  }

  @Override
  public String extent(Extent op) {
    String shape = model.add("Shape", all());
    long[] axes = op.axes().stream().mapToLong(Integer::longValue).toArray();
    String sizes = model.add("Gather", List.of(shape, model.longs(axes)), attribute("axis", 0));
    return model.add("ReduceProd", List.of(asFloat(sizes)), attribute("keepdims", 0));
  }

  @Override
  public String stopGradient(StopGradient op) {
    return in(0);
  }

  @Override
  public String scaleGradient(ScaleGradient op) {
    return in(0);
  }
}
