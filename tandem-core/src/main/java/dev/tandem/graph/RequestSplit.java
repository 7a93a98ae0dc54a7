package dev.tandem.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A scoring graph in two: what depends on the request alone (the user, the context), computed once
 * for one row; and the rest, computed for every candidate, with the first's results as inputs.
 * Found by following the data: a matrix on mixed columns becomes {@code x_request W_request +
 * x_candidate W_candidate}.
 *
 * <p>Both graphs have the inputs of the original under their names, with those of its columns that
 * are theirs, in the original's order; the request's batch has the size 1. The candidates' graph
 * has inputs {@code request.n} besides, the outputs of the request's graph.
 *
 * @param request what is computed once; no outputs if nothing is
 * @param candidate what is computed per row; the outputs of the original
 */
public record RequestSplit(Graph request, Graph candidate) {

  /**
   * Splits a graph.
   *
   * @param perRequest which columns of an input, along its dimension 1, are the same for all rows
   *     of a request; an input that is not named has none. An input without rows always is
   */
  public static RequestSplit of(Graph scoring, Map<String, boolean[]> perRequest) {
    try {
      return new Splitter(scoring, perRequest).split();
    } catch (MixesRows e) {
      return new RequestSplit(new Graph(Map.of()), scoring);
    }
  }

  /** An operator works across rows: nothing can be said of one row alone. */
  private static final class MixesRows extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The value of a node of the original.
   *
   * @param parts side by side along dimension 1, usually one
   * @param once what is to be added to it and depends on the request alone
   */
  private record Value(List<Node> parts, Optional<Node> once) {
    static Value of(Node node) {
      return new Value(List.of(node), Optional.empty());
    }

    boolean plain() {
      return parts.size() == 1 && once.isEmpty();
    }

    Node node() {
      return parts.get(0);
    }
  }

  private static final class Splitter {
    private final Graph graph;
    private final Map<String, boolean[]> perRequest;
    private final Map<Node, Value> values = new HashMap<>();
    private final Set<Node> fixed = new HashSet<>();
    private final Set<Node> once = new HashSet<>();
    private Optional<Node> anchor = Optional.empty();

    Splitter(Graph graph, Map<String, boolean[]> perRequest) {
      this.graph = graph;
      this.perRequest = perRequest;
    }

    RequestSplit split() {
      for (Node node : graph.nodes()) {
        values.put(node, rebuilt(node));
      }
      Map<String, Node> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, Node> output : graph.outputs().entrySet()) {
        Node value = whole(value(output.getValue()));
        outputs.put(output.getKey(), isOnce(value) ? wide(value) : value);
      }
      Graph both = new Graph(outputs);
      Map<Node, Node> crossing = new HashMap<>();
      Map<String, Node> results = new LinkedHashMap<>();
      for (Node node : both.nodes()) {
        if (!isOnce(node)) {
          for (Node in : node.inputs()) {
            if (once.contains(in) && !crossing.containsKey(in)) {
              String name = "request." + results.size();
              results.put(name, in);
              crossing.put(in, Node.of(new Input(name, in.shape(), Input.Noise.NONE)));
            }
          }
        }
      }
      Graph candidate =
          Rewrites.map(
              both,
              (node, inputs) -> {
                Node replaced = crossing.get(node);
                return replaced != null ? replaced : Rewrites.over(node, inputs);
              });
      return new RequestSplit(new Graph(results), candidate);
    }

    private Value value(Node node) {
      Value value = values.get(node);
      if (value == null) {
        throw new IllegalStateException("used before it is rebuilt: " + node);
      }
      return value;
    }

    private boolean isOnce(Node node) {
      return once.contains(node) || fixed.contains(node);
    }

    private static boolean hasRows(Shape shape) {
      return shape.dims().stream().anyMatch(d -> d.symbols().contains("B"));
    }

    /** The shape for one request: its batch is one row. */
    private static Shape single(Shape shape) {
      List<Dim> dims = new ArrayList<>();
      for (Dim d : shape.dims()) {
        List<String> symbols = new ArrayList<>(d.symbols());
        while (symbols.remove("B")) {
          // every occurrence
        }
        dims.add(new Dim(d.factor(), symbols));
      }
      return new Shape(dims);
    }

    private Node mark(Node node) {
      boolean constant =
          node.op() instanceof Parameter
              || node.op() instanceof Constant
              || (!node.inputs().isEmpty() && fixed.containsAll(node.inputs()));
      if (constant) {
        fixed.add(node);
      } else if (!node.inputs().isEmpty() && node.inputs().stream().allMatch(this::isOnce)) {
        once.add(node);
      }
      return node;
    }

    private Node make(Op op, Node... inputs) {
      return mark(Node.of(op, inputs));
    }

    private Value rebuilt(Node node) {
      if (node.op() instanceof Input input) {
        return input(node, input);
      }
      if (node.inputs().isEmpty()) {
        return Value.of(mark(node));
      }
      checkRows(node);
      List<Value> in = node.inputs().stream().map(this::value).toList();
      Optional<Value> apart =
          in.stream().allMatch(Value::plain) ? Optional.empty() : apart(node, in);
      if (node.op() instanceof Concat concat && concat.axis() == 1) {
        apart = beside(in);
      } else if (node.op() instanceof Binary b && b.kind() == Binary.Kind.ADD) {
        apart = added(node, in);
      }
      return apart.orElseGet(() -> Value.of(joined(node, in.stream().map(this::whole).toList())));
    }

    /** Rows may be kept apart only by operators that keep them apart themselves. */
    private static void checkRows(Node node) {
      Shape x = node.input(0).shape();
      boolean rows = x.rank() > 0 && x.dim(0).symbols().contains("B");
      Op op = node.op();
      boolean mixes =
          (op instanceof Sum s && s.axes().contains(0))
              || (op instanceof Extent e && e.axes().contains(0))
              || (op instanceof Max m && m.axis() == 0)
              || (op instanceof Slice c && c.axis() == 0)
              || (op instanceof Concat k && k.axis() == 0)
              || (op instanceof Transpose t && t.order().get(0) != 0)
              || (op instanceof MatMul p && p.transA() && x.rank() == 2)
              || (op instanceof MatMul
                  && hasRows(node.input(1).shape())
                  && node.input(1).shape().rank() == 2);
      if (rows && mixes) {
        throw new MixesRows();
      }
    }

    private Value input(Node node, Input input) {
      if (!hasRows(node.shape())) {
        once.add(node);
        return Value.of(node);
      }
      boolean[] columns = perRequest.getOrDefault(input.name(), new boolean[0]);
      int shared = 0;
      for (boolean column : columns) {
        shared += column ? 1 : 0;
      }
      if (shared == 0) {
        anchor = anchor.isPresent() || node.shape().rank() < 2 ? anchor : Optional.of(node);
        return Value.of(node);
      }
      boolean all = shared == columns.length;
      Shape own = single(node.shape());
      Node request =
          Node.of(new Input(input.name(), all ? own : own.with(1, Dim.of(shared)), input.noise()));
      once.add(request);
      if (all) {
        return Value.of(request);
      }
      Node candidate =
          Node.of(
              new Input(
                  input.name(),
                  node.shape().with(1, Dim.of(columns.length - shared)),
                  input.noise()));
      anchor = anchor.isPresent() ? anchor : Optional.of(candidate);
      List<Node> parts = new ArrayList<>();
      int[] at = new int[2];
      for (int from = 0; from < columns.length; ) {
        int to = from;
        while (to < columns.length && columns[to] == columns[from]) {
          to++;
        }
        int side = columns[from] ? 0 : 1;
        Node whole = side == 0 ? request : candidate;
        parts.add(cut(whole, 1, at[side], at[side] + to - from));
        at[side] += to - from;
        from = to;
      }
      return new Value(parts, Optional.empty());
    }

    private Node cut(Node x, int axis, long from, long to) {
      Node slice = Nodes.slice(x, axis, from, to);
      return slice == x ? x : mark(slice);
    }

    /** One node of the value, stretched over the rows where only parts of it have them. */
    private Node whole(Value value) {
      Node node = value.node();
      if (value.parts.size() > 1) {
        boolean same = value.parts.stream().allMatch(this::isOnce);
        List<Node> wide = value.parts.stream().map(p -> !same && isOnce(p) ? wide(p) : p).toList();
        node = mark(Nodes.concat(1, wide));
      }
      return value.once.isPresent()
          ? make(new Binary(Binary.Kind.ADD), node, value.once.get())
          : node;
    }

    /** A value of one row, [1,…], for every row. */
    private Node wide(Node node) {
      if (fixed.contains(node) && (node.shape().rank() == 0 || !node.shape().size1(0))) {
        throw new MixesRows();
      }
      Node rows = anchor.orElseThrow(MixesRows::new);
      Dim[] ones = new Dim[node.shape().rank()];
      Arrays.fill(ones, Dim.of(1));
      ones[0] = Dim.BATCH;
      Node first = rows;
      for (int axis = 1; axis < rows.shape().rank(); axis++) {
        first = Nodes.slice(first, axis, 0, 1);
      }
      Node zeros = Nodes.zerosLike(Nodes.reshape(first, Shape.of(ones)));
      return Node.of(
          new ExpandLike(), node, Nodes.add(node, zeros)); // the sum is there for its shape
    }

    /** An operator over whole values, some of which may be of one row. */
    private Node joined(Node node, List<Node> in) {
      if (in.stream().allMatch(this::isOnce)) {
        Op op = node.op() instanceof Reshape r ? new Reshape(single(r.shape())) : node.op();
        return mark(Node.of(op, in));
      }
      boolean broadcasts = node.op() instanceof Binary || node.op() instanceof Select;
      List<Node> wide = new ArrayList<>();
      for (int i = 0; i < in.size(); i++) {
        boolean one = once.contains(in.get(i)) && hasRows(node.input(i).shape());
        boolean stretches = one && !broadcasts && !(node.op() instanceof ExpandLike && i == 0);
        wide.add(stretches ? wide(in.get(i)) : in.get(i));
      }
      return mark(Node.of(node.op(), wide));
    }

    /** Side by side: stays in parts if they are of both kinds and of known widths. */
    private Optional<Value> beside(List<Value> in) {
      List<Node> parts = new ArrayList<>();
      for (Value v : in) {
        if (v.once.isPresent()) {
          parts.add(whole(v));
        } else {
          parts.addAll(v.parts);
        }
      }
      boolean mixed =
          parts.stream().anyMatch(once::contains) && !parts.stream().allMatch(this::isOnce);
      boolean sized = parts.stream().allMatch(p -> p.shape().dim(1).isStatic());
      return mixed && sized ? Optional.of(new Value(parts, Optional.empty())) : Optional.empty();
    }

    /** Sums collect what depends on the request alone. */
    private Optional<Value> added(Node node, List<Value> in) {
      for (int i = 0; i < 2; i++) {
        Value a = in.get(i);
        Value b = in.get(1 - i);
        if (a.once.isPresent() && b.plain() && isOnce(b.node()) && fits(a, b.node(), node)) {
          Node sum = make(new Binary(Binary.Kind.ADD), a.once.get(), b.node());
          return Optional.of(new Value(a.parts, Optional.of(sum)));
        }
      }
      if (in.get(0).once.isPresent() && in.get(1).once.isPresent()) {
        Node sum =
            make(new Binary(Binary.Kind.ADD), whole(plain(in.get(0))), whole(plain(in.get(1))));
        Node shared = make(new Binary(Binary.Kind.ADD), in.get(0).once.get(), in.get(1).once.get());
        return sum.shape().equals(node.shape())
            ? Optional.of(new Value(List.of(sum), Optional.of(shared)))
            : Optional.empty();
      }
      boolean parts = in.stream().anyMatch(v -> v.parts.size() > 1);
      return parts ? apart(node, in) : Optional.empty();
    }

    private static Value plain(Value value) {
      return new Value(value.parts, Optional.empty());
    }

    private static boolean fits(Value a, Node more, Node node) {
      return a.node().shape().equals(node.shape())
          && Shape.broadcast(a.once.orElseThrow().shape(), more.shape())
              .equals(a.once.get().shape());
    }

    /** Operators that can work on the parts one by one. */
    private Optional<Value> apart(Node node, List<Value> in) {
      Value x = in.get(0);
      Op op = node.op();
      int rank = node.input(0).shape().rank();
      if (op instanceof Binary) {
        return pairs(node, in);
      }
      if (x.parts.size() == 1 || x.once.isPresent()) {
        return Optional.empty();
      }
      boolean inner = rank > 2;
      if (op instanceof Unary
          || (inner && (op instanceof Softmax || op instanceof LogSoftmax))
          || (inner && op instanceof Normalise)
          || (op instanceof Slice s && s.axis() > 1)
          || (op instanceof Sum t && t.keep() && !t.axes().contains(1))) {
        return Optional.of(parts(x.parts.stream().map(p -> make(op, p)).toList()));
      } else if (op instanceof MatMul product && fixed.contains(whole(in.get(1)))) {
        Node w = whole(in.get(1));
        if (w.shape().rank() != 2) {
          return Optional.empty();
        }
        return Optional.of(
            inner
                ? parts(x.parts.stream().map(p -> make(op, p, w)).toList())
                : product(x.parts, w, product.transB()));
      } else if (op instanceof Slice slice) {
        return slices(x.parts, slice, node.input(0).shape().size(1));
      } else if (op instanceof Reshape reshape) {
        return reshaped(x.parts, node.input(0).shape(), reshape.shape());
      } else if (op instanceof Sum sum && sum.axes().contains(1)) {
        return Optional.of(total(x.parts.stream().map(p -> make(op, p)).toList()));
      }
      return Optional.empty();
    }

    private static Value parts(List<Node> parts) {
      return new Value(parts, Optional.empty());
    }

    private Value total(List<Node> parts) {
      List<Node> mine = parts.stream().filter(p -> !isOnce(p)).toList();
      List<Node> shared = parts.stream().filter(this::isOnce).toList();
      Optional<Node> a = mine.stream().reduce((p, q) -> mark(Nodes.add(p, q)));
      Optional<Node> b = shared.stream().reduce((p, q) -> mark(Nodes.add(p, q)));
      return a.isPresent() ? new Value(List.of(a.get()), b) : Value.of(b.orElseThrow());
    }

    /** x W over mixed columns: the rows of W go with their columns. */
    private Value product(List<Node> parts, Node w, boolean transB) {
      List<List<Node>> columns = List.of(new ArrayList<>(), new ArrayList<>());
      List<List<Node>> weights = List.of(new ArrayList<>(), new ArrayList<>());
      long at = 0;
      for (Node part : parts) {
        int side = isOnce(part) ? 0 : 1;
        long to = at + part.shape().size(1);
        columns.get(side).add(part);
        weights.get(side).add(cut(w, transB ? 1 : 0, at, to));
        at = to;
      }
      List<Node> products = new ArrayList<>();
      for (int side = 0; side < 2; side++) {
        if (!columns.get(side).isEmpty()) {
          Node x = mark(Nodes.concat(1, columns.get(side)));
          Node rows = mark(Nodes.concat(transB ? 1 : 0, weights.get(side)));
          products.add(make(new MatMul(false, transB), x, rows));
        }
      }
      return total(products);
    }

    private Optional<Value> slices(List<Node> parts, Slice slice, int size) {
      long start = slice.start() < 0 ? slice.start() + size : slice.start();
      long end =
          slice.end() == Slice.END ? size : slice.end() < 0 ? slice.end() + size : slice.end();
      List<Node> cut = new ArrayList<>();
      long at = 0;
      for (Node part : parts) {
        int width = part.shape().size(1);
        long from = Math.max(start - at, 0);
        long to = Math.min(end - at, width);
        if (from < to) {
          cut.add(cut(part, 1, from, to));
        }
        at += width;
      }
      boolean same = cut.stream().allMatch(this::isOnce) || cut.stream().noneMatch(this::isOnce);
      return Optional.of(same ? Value.of(mark(Nodes.concat(1, cut))) : parts(cut));
    }

    private Optional<Value> reshaped(List<Node> parts, Shape from, Shape to) {
      if (to.rank() < 2 || !from.dim(0).equals(to.dim(0))) {
        return Optional.empty();
      }
      Dim before = new Shape(from.dims().subList(2, from.rank())).count();
      Dim after = new Shape(to.dims().subList(2, to.rank())).count();
      if (!before.isStatic() || !after.isStatic()) {
        return Optional.empty();
      }
      List<Node> reshaped = new ArrayList<>();
      for (Node part : parts) {
        long numbers = (long) part.shape().size(1) * before.size();
        if (numbers % after.size() != 0) {
          return Optional.empty();
        }
        Shape shape = to.with(1, Dim.of(numbers / after.size()));
        reshaped.add(make(new Reshape(isOnce(part) ? single(shape) : shape), part));
      }
      return Optional.of(parts(reshaped));
    }

    /** Element by element, part by part: beside something fixed, or of equal cuts. */
    private Optional<Value> pairs(Node node, List<Value> in) {
      for (Value v : in) {
        if (v.once.isPresent()) {
          return Optional.empty();
        }
      }
      int main = in.get(0).parts.size() > 1 ? 0 : 1;
      List<Node> parts = in.get(main).parts;
      Value other = in.get(1 - main);
      if (!node.input(main).shape().equals(node.shape())) {
        return Optional.empty();
      }
      List<Node> results = new ArrayList<>();
      long at = 0;
      for (int i = 0; i < parts.size(); i++) {
        Node part = parts.get(i);
        long to = at + part.shape().size(1);
        Node beside;
        if (other.parts.size() > 1) {
          if (other.parts.size() != parts.size()
              || !other.parts.get(i).shape().dim(1).equals(part.shape().dim(1))) {
            return Optional.empty();
          }
          beside = other.parts.get(i);
        } else if (fixed.contains(other.node())) {
          int axis = other.node().shape().rank() - node.shape().rank() + 1;
          boolean along = axis >= 0 && !other.node().shape().size1(axis);
          beside = along ? cut(other.node(), axis, at, to) : other.node();
        } else {
          return Optional.empty();
        }
        results.add(make(node.op(), main == 0 ? part : beside, main == 0 ? beside : part));
        at = to;
      }
      return Optional.of(parts(results));
    }
  }
}
