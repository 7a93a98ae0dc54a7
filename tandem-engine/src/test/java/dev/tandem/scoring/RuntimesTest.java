package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.feature.Batch;
import dev.tandem.graph.Graph;
import dev.tandem.onnx.OnnxCompiler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoded rows in the plain JVM and in ONNX Runtime: whole, and as candidates of one request. */
class RuntimesTest {

  static List<ModelSamples.Sample> models() {
    return ModelSamples.all();
  }

  private static BatchScorer scorer(ModelSamples.Sample sample, GraphCompiler compiler) {
    Graph graph = sample.graph().select(name -> name.startsWith("prediction."));
    Map<String, float[]> parameters = ModelSamples.floats(ModelSamples.parameters(graph, 4));
    Map<String, RowTable> tables = EncodedSamples.tables(graph, sample.layout());
    return BatchScorer.of(graph, parameters, sample.layout(), tables, compiler);
  }

  @ParameterizedTest
  @MethodSource("models")
  void javaAndOnnxScoreAndRankAlike(ModelSamples.Sample sample) {
    try (OnnxCompiler runtime = new OnnxCompiler()) {
      BatchScorer java = scorer(sample, GraphCompiler.JAVA);
      BatchScorer onnx = scorer(sample, runtime);
      assertThat(onnx.sharesRequests()).isTrue();
      for (int rows : new int[] {0, 1, 300, 7}) { // less, and more than a block
        Batch user = EncodedSamples.batch(sample.layout(), 1, 1);
        Batch items = EncodedSamples.batch(sample.layout(), rows, 2);
        float[][] expected =
            java.outputs().stream().map(o -> new float[rows]).toArray(float[][]::new);
        float[][] found = java.outputs().stream().map(o -> new float[rows]).toArray(float[][]::new);
        java.score(items, expected);
        onnx.score(items, found);
        agree(found, expected);
        java.rank(user, items, expected);
        onnx.rank(user, items, found);
        agree(found, expected);
        onnx.score(EncodedSamples.both(sample.layout(), user, items), expected);
        agree(found, expected);
      }
    }
  }

  private static void agree(float[][] found, float[][] expected) {
    for (int k = 0; k < found.length; k++) {
      for (int r = 0; r < found[k].length; r++) {
        assertThat(found[k][r]).isCloseTo(expected[k][r], within(1e-6f));
      }
    }
  }

  private static ModelSamples.Sample ple() {
    return models().stream().filter(s -> s.name().equals("body ple T=2")).findFirst().orElseThrow();
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    try (OnnxCompiler runtime = new OnnxCompiler()) {
      for (GraphCompiler compiler : List.of(GraphCompiler.JAVA, runtime)) {
        ModelSamples.Sample ple = ple();
        BatchScorer scorer = scorer(ple, compiler);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int c = 0; c < 500; c++) {
          Batch user = EncodedSamples.batch(ple.layout(), 1, c % 11);
          Batch items = EncodedSamples.batch(ple.layout(), 1 + c * 37 % 530, c % 13);
          float[][] alone = ranked(scorer, user, items);
          calls.add(() -> Arrays.deepEquals(alone, ranked(scorer, user, items)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
          for (Future<Boolean> same : pool.invokeAll(calls)) {
            assertThat(same.get()).as(compiler.name()).isTrue();
          }
        } finally {
          pool.shutdownNow();
        }
      }
    }
  }

  private static float[][] ranked(BatchScorer scorer, Batch user, Batch items) {
    float[][] scores = new float[scorer.outputs().size()][items.rows()];
    scorer.rank(user, items, scores);
    return scores;
  }

  @Test
  void aClosedRuntimeSaysSo() {
    OnnxCompiler runtime = new OnnxCompiler();
    ModelSamples.Sample ple = ple();
    BatchScorer scorer = scorer(ple, runtime);
    Batch rows = EncodedSamples.batch(ple.layout(), 3, 1);
    runtime.close();
    assertThatThrownBy(() -> scorer.score(rows, new float[2][3]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
