package dev.tandem.bench;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Parameter;
import dev.tandem.layer.Gate;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.Ple;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.onnx.OnnxCompiler;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.scoring.BatchScorer;
import dev.tandem.scoring.RowTable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Latency of scoring, in the plain JVM and in ONNX Runtime on one thread, table gather included:
 * one row, 500 whole rows, and one user with 500 candidates, for PLE with two levels of 2 + 2 + 2
 * experts 128 → 64 on 26 fields of width 16, half of them the user's, from a table of a million
 * rows. Arguments: calls per figure (default 300), of which as many again come first. The Vector
 * API is used when the JVM has {@code --add-modules jdk.incubator.vector}.
 */
public final class ScoringSpeed {
  static final int FIELDS = 26;
  static final int DIM = 16;
  static final int TABLE = 1_000_000;
  private static final int CANDIDATES = 500;

  private ScoringSpeed() {}

  public static void main(String[] args) {
    int calls = args.length > 0 ? Integer.parseInt(args[0]) : 300;
    InputLayout layout = layout();
    Graph graph = graph(layout);
    Map<String, float[]> parameters = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      parameters.put(p.name(), Init.draw(p, 1));
    }
    SplittableRandom random = new SplittableRandom(2);
    RowTable table = RowTable.of(rows(TABLE), DIM);
    Batch user = batch(layout, 1, random);
    Batch one = batch(layout, 1, random);
    Batch many = batch(layout, CANDIDATES, random);
    BatchScorer java = BatchScorer.of(graph, parameters, layout, Map.of("ids", table));
    float[][] into = new float[java.outputs().size()][CANDIDATES];
    boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    System.out.println("java with " + (vector ? "the Vector API" : "plain loops"));
    try (OnnxCompiler runtime = new OnnxCompiler()) {
      BatchScorer onnx = BatchScorer.of(graph, parameters, layout, Map.of("ids", table), runtime);
      for (int round = 0; round < 3; round++) {
        for (BatchScorer scorer : List.of(java, onnx)) {
          String who = scorer == java ? "java, " : "onnx, ";
          report(who + "one row", calls * 10, () -> scorer.score(one, into));
          report(who + "500 whole rows", calls, () -> scorer.score(many, into));
          report(who + "1 user x 500 candidates", calls, () -> scorer.rank(user, many, into));
        }
      }
    }
  }

  private static void report(String what, int calls, Runnable call) {
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[calls];
    long[] cpu = new long[calls];
    for (int i = 0; i < calls; i++) {
      long busy = threads.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      call.run();
      nanos[i] = System.nanoTime() - start;
      cpu[i] = threads.getCurrentThreadCpuTime() - busy;
    }
    Arrays.sort(nanos);
    Arrays.sort(cpu);
    System.out.printf(
        "%-32s wall p50 %8.3f ms  p99 %8.3f ms  best %8.3f ms   cpu p50 %8.3f ms  p99 %8.3f ms%n",
        what,
        nanos[calls / 2] / 1e6,
        nanos[calls * 99 / 100] / 1e6,
        nanos[0] / 1e6,
        cpu[calls / 2] / 1e6,
        cpu[calls * 99 / 100] / 1e6);
  }

  private static Batch batch(InputLayout layout, int rows, SplittableRandom random) {
    Batch batch = new Batch(layout, 2);
    batch.resize(rows);
    for (int f = 0; f < FIELDS; f++) {
      for (int r = 0; r < rows; r++) {
        batch.ids(f)[r] = random.nextInt(TABLE);
      }
    }
    return batch;
  }

  private static InputLayout layout() {
    List<FieldSlot> fields = new ArrayList<>();
    for (int f = 0; f < FIELDS; f++) {
      Side side = f % 2 == 0 ? Side.USER : Side.ITEM;
      fields.add(new FieldSlot("f" + f, "ids", DIM, Pooling.NONE, false, side));
    }
    return new InputLayout(fields, List.of(), List.of(), List.of());
  }

  /** A table of small random numbers. */
  static float[] rows(int count) {
    float[] rows = new float[count * DIM];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextDouble(-0.1, 0.1);
    }
    return rows;
  }

  static Graph graph(InputLayout layout) {
    Ple body =
        new Ple(
            2,
            List.of(2),
            2,
            Mlp.of(List.of(128, 64)),
            List.of(),
            Optional.empty(),
            Gate.linear(),
            Ple.GateInput.LAYER_INPUT,
            Ple.SharedGate.ALL_EXPERTS,
            Ple.SharedExpertInput.PER_TASK);
    return new MultiTaskModel(new SharedEmbedding(), body, Mlp.of(List.of(32)), new Independent())
        .scoring(layout, List.of(Task.binary("click", "click"), Task.binary("like", "like")))
        .select(name -> name.startsWith("prediction."));
  }
}
