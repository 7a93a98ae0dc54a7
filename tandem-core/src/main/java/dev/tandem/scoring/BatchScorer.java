package dev.tandem.scoring;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Input;
import dev.tandem.graph.ParallelDense;
import dev.tandem.graph.RequestSplit;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Side;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores encoded rows, row by row or as the candidates of one request: then what depends on the
 * user and the context alone is computed once. Immutable and thread-safe; on the plain JVM without
 * locks, and there is nothing to close.
 */
public final class BatchScorer {
  /** Small layers over one input are one product up to this width. */
  private static final int WIDEST = 64;

  private final int block;
  private final List<String> outputs;
  private final int[] widths;
  private final Part whole;
  private final Part request;
  private final Part candidate;
  private final boolean splits;

  /** What is run and how its inputs are filled. */
  private record Part(Executable program, Feeding feeding) {}

  private BatchScorer(
      Graph graph,
      Map<String, float[]> parameters,
      InputLayout layout,
      Map<String, RowTable> tables,
      GraphCompiler compiler) {
    this.block = compiler.block();
    Graph fused = ParallelDense.fuse(graph, WIDEST);
    Folded folded = Folded.ofFloats(fused, parameters);
    this.outputs = List.copyOf(folded.graph().outputs().keySet());
    this.widths = folded.graph().outputs().values().stream().mapToInt(n -> n.width()).toArray();
    Executable all = compiler.compile(folded.graph(), folded.floats());
    this.whole = new Part(all, new Feeding(all, layout, tables, f -> true, n -> true));
    RequestSplit split = RequestSplit.of(folded.graph(), perRequest(folded.graph(), layout));
    this.splits = !split.request().outputs().isEmpty();
    if (splits) {
      this.request = part(split.request(), folded, layout, tables, true, compiler);
      this.candidate = part(split.candidate(), folded, layout, tables, false, compiler);
    } else {
      this.request = whole;
      this.candidate = whole;
    }
  }

  /**
   * A scorer of a scoring graph on the plain JVM.
   *
   * @param graph outputs {@code prediction.NAME} [B,n]; all are scored
   * @param parameters row-major values of every parameter by name
   * @param layout what an encoded row consists of
   * @param tables every embedding table that the graph reads, by name
   */
  public static BatchScorer of(
      Graph graph,
      Map<String, float[]> parameters,
      InputLayout layout,
      Map<String, RowTable> tables) {
    return of(graph, parameters, layout, tables, GraphCompiler.JAVA);
  }

  /** The same in another runtime, which has to live as long as the scorer is used. */
  public static BatchScorer of(
      Graph graph,
      Map<String, float[]> parameters,
      InputLayout layout,
      Map<String, RowTable> tables,
      GraphCompiler compiler) {
    return new BatchScorer(graph, parameters, layout, tables, compiler);
  }

  private static Part part(
      Graph graph,
      Folded folded,
      InputLayout layout,
      Map<String, RowTable> tables,
      boolean request,
      GraphCompiler compiler) {
    Folded own = Folded.of(graph, folded.parameters());
    Executable program = compiler.compile(own.graph(), own.floats());
    return new Part(
        program,
        new Feeding(
            program,
            layout,
            tables,
            field -> isRequest(field.side()) == request,
            n -> isRequest(layout.numberSides().get(n)) == request));
  }

  private static boolean isRequest(Side side) {
    return side == Side.USER || side == Side.CONTEXT;
  }

  /** Which columns of a graph's inputs are the same for all candidates of a request. */
  static Map<String, boolean[]> perRequest(Graph graph, InputLayout layout) {
    Map<String, boolean[]> columns = new HashMap<>();
    for (Input input : graph.inputs()) {
      String name = input.name();
      if (name.equals("fields") || name.startsWith("fields.")) {
        boolean[] once = new boolean[layout.fieldWidth()];
        for (int f = 0; f < layout.fields().size(); f++) {
          FieldSlot slot = layout.fields().get(f);
          int from = layout.offset(f);
          java.util.Arrays.fill(once, from, from + slot.dim(), isRequest(slot.side()));
        }
        columns.put(name, once);
      } else if (name.equals("linear")) {
        columns.put(name, flags(layout.fields().stream().map(FieldSlot::side).toList()));
      } else if (name.equals("numbers")) {
        columns.put(name, flags(layout.numberSides()));
      } else if (name.startsWith("sequence.") || name.startsWith("valid.")) {
        columns.put(name, new boolean[] {true});
      }
    }
    return columns;
  }

  private static boolean[] flags(List<Side> sides) {
    boolean[] flags = new boolean[sides.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = isRequest(sides.get(i));
    }
    return flags;
  }

  /** Names of the outputs. */
  public List<String> outputs() {
    return outputs;
  }

  /** Numbers per row of output {@code i}: one, or the number of classes. */
  public int width(int i) {
    return widths[i];
  }

  /** Whether any part of the model depends on the user and the context alone. */
  public boolean sharesRequests() {
    return splits;
  }

  /**
   * Scores every row of a batch.
   *
   * @param into per output at least rows · width numbers, row-major
   */
  public void score(Batch batch, float[][] into) {
    int[] lengths = whole.feeding.lengths(batch);
    try (Execution run = borrow(whole, batch, lengths)) {
      rows(whole, run, batch, lengths, into);
    }
  }

  /**
   * Scores the candidates of one request.
   *
   * @param user one row, of which the fields of the user and the context count, and the sequences
   * @param candidates rows of which the other fields count; none is fine
   * @param into per output at least rows · width numbers, row-major
   */
  public void rank(Batch user, Batch candidates, float[][] into) {
    if (user.rows() != 1) {
      throw new IllegalArgumentException("a request is one row; found " + user.rows());
    }
    if (candidates.rows() == 0) {
      return;
    }
    if (!splits) {
      throw new IllegalStateException(
          "nothing in this model depends on the user alone; score whole rows instead");
    }
    int[] lengths = request.feeding.lengths(user);
    try (Execution once = request.program.borrow(request.feeding.sizes(1, lengths));
        Execution each = borrow(candidate, candidates, lengths)) {
      request.feeding.fill(user, 0, 1, lengths, once);
      once.run();
      cross(once, each, request.feeding.sizes(1, lengths));
      rows(candidate, each, candidates, lengths, into);
    }
  }

  private Execution borrow(Part part, Batch batch, int[] lengths) {
    return part.program.borrow(part.feeding.sizes(Math.min(block, batch.rows()), lengths));
  }

  private void rows(Part part, Execution run, Batch batch, int[] lengths, float[][] into) {
    int rows = batch.rows();
    for (int from = 0; from < rows; from += block) {
      int count = Math.min(block, rows - from);
      if (count < block) {
        run.resize(part.feeding.sizes(count, lengths));
      }
      part.feeding.fill(batch, from, count, lengths, run);
      run.run();
      for (int i = 0; i < into.length; i++) {
        System.arraycopy(run.output(i), 0, into[i], from * widths[i], count * widths[i]);
      }
    }
  }

  /** What was computed once becomes an input of every row. */
  private void cross(Execution once, Execution each, int[] sizes) {
    List<Input> inputs = candidate.program.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      if (input.name().startsWith("request.")) {
        int result = request.program.outputs().indexOf(input.name());
        int count = request.program.symbols().count(input.shape(), sizes);
        System.arraycopy(once.output(result), 0, each.input(i), 0, count);
      }
    }
  }
}
