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
 * Scores encoded rows on the plain JVM, row by row or as the candidates of one request: then what
 * depends on the user and the context alone is computed once. Immutable, thread-safe, without
 * locks; there is nothing to close.
 */
public final class BatchScorer {
  /** Rows whose values stay in a core's cache together. */
  static final int BLOCK = 64;

  /** Small layers over one input are one product up to this width. */
  private static final int WIDEST = 64;

  private final List<String> outputs;
  private final int[] widths;
  private final Part whole;
  private final Part request;
  private final Part candidate;
  private final boolean splits;

  /** A program and how its inputs are filled. */
  private record Part(Program program, Feeding feeding) {}

  private BatchScorer(
      Graph graph,
      Map<String, float[]> parameters,
      InputLayout layout,
      Map<String, RowTable> tables) {
    Graph fused = ParallelDense.fuse(graph, WIDEST);
    Folded folded = Folded.ofFloats(fused, parameters);
    this.outputs = List.copyOf(folded.graph().outputs().keySet());
    this.widths = folded.graph().outputs().values().stream().mapToInt(n -> n.width()).toArray();
    Program all = Program.of(folded.graph(), folded.floats());
    this.whole = new Part(all, new Feeding(all, layout, tables, f -> true, n -> true));
    RequestSplit split = RequestSplit.of(folded.graph(), perRequest(folded.graph(), layout));
    this.splits = !split.request().outputs().isEmpty();
    if (splits) {
      this.request = part(split.request(), folded, layout, tables, true);
      this.candidate = part(split.candidate(), folded, layout, tables, false);
    } else {
      this.request = whole;
      this.candidate = whole;
    }
  }

  /**
   * A scorer of a scoring graph.
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
    return new BatchScorer(graph, parameters, layout, tables);
  }

  private static Part part(
      Graph graph,
      Folded folded,
      InputLayout layout,
      Map<String, RowTable> tables,
      boolean request) {
    Folded own = Folded.of(graph, folded.parameters());
    Program program = Program.of(own.graph(), own.floats());
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
    rows(whole, batch, lengths, into, new Program[0], new Workspace[0]);
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
    Workspace once = request.program.borrow(request.feeding.sizes(1, lengths));
    request.feeding.fill(user, 0, 1, lengths, once);
    once.run();
    rows(
        candidate,
        candidates,
        lengths,
        into,
        new Program[] {request.program},
        new Workspace[] {once});
    request.program.giveBack(once);
  }

  private void rows(
      Part part,
      Batch batch,
      int[] lengths,
      float[][] into,
      Program[] requests,
      Workspace[] results) {
    Program program = part.program;
    int rows = batch.rows();
    int[] sizes = part.feeding.sizes(Math.min(BLOCK, rows), lengths);
    Workspace w = program.borrow(sizes);
    for (int r = 0; r < requests.length; r++) {
      cross(requests[r], results[r], program, w, sizes);
    }
    for (int from = 0; from < rows; from += BLOCK) {
      int count = Math.min(BLOCK, rows - from);
      if (count < BLOCK) {
        w.resize(part.feeding.sizes(count, lengths));
      }
      part.feeding.fill(batch, from, count, lengths, w);
      w.run();
      for (int i = 0; i < into.length; i++) {
        System.arraycopy(w.output(i), 0, into[i], from * widths[i], count * widths[i]);
      }
    }
    program.giveBack(w);
  }

  /** What was computed once becomes an input of every row. */
  private static void cross(Program from, Workspace results, Program to, Workspace w, int[] sizes) {
    for (int i = 0; i < to.inputs().size(); i++) {
      Input input = to.inputs().get(i);
      if (input.name().startsWith("request.")) {
        int count = to.count(input, sizes);
        System.arraycopy(results.output(from.output(input.name())), 0, w.input(i), 0, count);
      }
    }
  }
}
