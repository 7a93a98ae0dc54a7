package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tandem.graph.Graph;
import dev.tandem.graph.OperatorSamples;
import dev.tandem.graph.OperatorSamples.Sample;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiled program computes what the reference computes. */
class ProgramTest {
  private static final double TOLERANCE = 1e-5;

  static List<Sample> operators() {
    return OperatorSamples.samples();
  }

  static List<ModelSamples.Sample> models() {
    return ModelSamples.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void operatorsAgreeWithTheReference(Sample s) {
    Graph graph = new Graph(Map.of("y", s.output()));
    Map<String, Tensor> leaves = new HashMap<>();
    s.sizes().forEach((name, size) -> leaves.put(name, new Tensor(s.values().get(name), size)));
    agree(graph, leaves);
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsAgreeWithTheReference(ModelSamples.Sample sample) {
    Graph graph = sample.graph();
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 2);
    for (int rows : new int[] {1, 7}) {
      Map<String, Tensor> leaves = new HashMap<>(parameters);
      leaves.putAll(ModelSamples.inputs(graph, rows, 4, rows));
      agree(graph, leaves);
    }
  }

  /** The whole path to a served model: folded, compiled, in blocks of many rows. */
  @ParameterizedTest
  @MethodSource("models")
  void foldedModelsAgreeOnManyRows(ModelSamples.Sample sample) {
    Graph graph = sample.graph().select(name -> name.startsWith("prediction."));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 2);
    Folded folded = Folded.of(graph, parameters);
    Program program = Program.of(folded.graph(), folded.floats());
    Map<String, Tensor> inputs = ModelSamples.inputs(graph, 500, 4, 9);
    Map<String, Tensor> leaves = new HashMap<>(parameters);
    leaves.putAll(inputs);
    Map<String, Tensor> expected = Reference.run(graph, leaves);
    compare(expected, evaluate(program, graph, inputs));
  }

  private static Map<String, float[]> evaluate(
      Program program, Graph graph, Map<String, Tensor> inputs) {
    return program.evaluate(ModelSamples.floats(inputs), Reference.sizes(inputsOf(graph), inputs));
  }

  private static Graph inputsOf(Graph graph) {
    Map<String, dev.tandem.graph.Node> leaves = new HashMap<>();
    graph.inputs().forEach(i -> leaves.put(i.name(), graph.leaf(i.name()).orElseThrow()));
    return new Graph(leaves);
  }

  private static void agree(Graph graph, Map<String, Tensor> leaves) {
    Map<String, Tensor> expected = Reference.run(graph, leaves);
    Program program = Program.of(graph, ModelSamples.floats(leaves));
    compare(expected, evaluate(program, graph, leaves));
  }

  private static void compare(Map<String, Tensor> expected, Map<String, float[]> found) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> {
          float[] mine = found.get(name);
          assertThat(mine).as(name).hasSize(value.data().length);
          for (int i = 0; i < mine.length; i++) {
            double truth = value.data()[i];
            assertThat(Math.abs(mine[i] - truth) / Math.max(1, Math.abs(truth)))
                .as("%s[%d]: %s instead of %s", name, i, mine[i], truth)
                .isLessThanOrEqualTo(TOLERANCE);
          }
        });
  }

  private static ModelSamples.Sample ple() {
    return models().stream().filter(s -> s.name().equals("body ple T=2")).findFirst().orElseThrow();
  }

  @Test
  void aRunAllocatesNothing() {
    Graph graph = ple().graph();
    Program program = Program.of(graph, ModelSamples.floats(ModelSamples.parameters(graph, 1)));
    int[] sizes =
        program.symbols().names().stream().mapToInt(s -> s.equals("B") ? 64 : 4).toArray();
    Workspace w = program.borrow(sizes);
    w.run();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(id);
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < 200; i++) {
      w.resize(sizes);
      w.run();
    }
    assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(200);
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    Graph graph = ple().graph();
    Program program = Program.of(graph, ModelSamples.floats(ModelSamples.parameters(graph, 1)));
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int c = 0; c < 200; c++) {
        int rows = 1 + c % 17;
        Map<String, Tensor> inputs = ModelSamples.inputs(graph, rows, 1 + c % 5, c % 7);
        Map<String, float[]> alone = evaluate(program, graph, inputs);
        calls.add(
            () -> {
              Map<String, float[]> together = evaluate(program, graph, inputs);
              return alone.entrySet().stream()
                  .allMatch(e -> java.util.Arrays.equals(e.getValue(), together.get(e.getKey())));
            });
      }
      for (Future<Boolean> same : pool.invokeAll(calls)) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void exponentialsAreExactToTheirPrecision() {
    for (int i = -200_000; i <= 200_000; i++) {
      float x = i * 4e-4f;
      double e = Math.exp(x);
      assertThat(Math.abs(FloatMath.exp(x) - e) / e).as("exp(%s)", x).isLessThan(3e-7);
      assertThat(Math.abs(FloatMath.tanh(x) - Math.tanh(x))).as("tanh(%s)", x).isLessThan(2e-7);
      assertThat(Math.abs(FloatMath.sigmoid(x) - 1 / (1 + Math.exp(-x)))).isLessThan(2e-7);
    }
    assertThat(FloatMath.exp(-1000)).isZero();
    assertThat(FloatMath.exp(88.7f)).isFinite();
    assertThat(FloatMath.exp(100)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
    assertThat(FloatMath.sigmoid(-1000)).isZero();
    assertThat(FloatMath.tanh(1000)).isEqualTo(1);
  }
}
