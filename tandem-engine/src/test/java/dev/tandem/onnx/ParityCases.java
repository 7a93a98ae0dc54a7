package dev.tandem.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tandem.graph.Graph;
import dev.tandem.graph.ParallelDense;
import dev.tandem.graph.Rewrites;
import dev.tandem.parity.Comparison;
import dev.tandem.parity.Families;
import dev.tandem.parity.Family;
import dev.tandem.parity.ParityCase;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every model against an independent implementation: outputs, losses and gradients, on the cases in
 * the test resources or on those of the directory named by {@code -Dtandem.cases=DIR}.
 */
class ParityCases {
  private static final double DOUBLE = 1e-9;
  private static final double FLOAT = 2e-4;

  /** Compared where their code is: by ParityCases of the rooms metric and balance. */
  private static final Set<String> ELSEWHERE = Set.of("metrics", "balance");

  @TestFactory
  Stream<DynamicTest> inDoublePrecision() throws IOException {
    return tests(Reference::run, DOUBLE);
  }

  @TestFactory
  Stream<DynamicTest> onOnnxRuntime() throws IOException {
    return tests(ParityCases::onnx, FLOAT);
  }

  private static Stream<DynamicTest> tests(
      BiFunction<Graph, Map<String, Tensor>, Map<String, Tensor>> engine, double tolerance)
      throws IOException {
    Map<String, Family> families = Families.byModel();
    return cases().stream()
        .map(
            one ->
                dynamicTest(
                    one.toString(),
                    () ->
                        assertThat(
                                Comparison.problems(one, family(one, families), engine, tolerance))
                            .isEmpty()));
  }

  /** As the trainer runs it: rewritten, in single precision. */
  private static Map<String, Tensor> onnx(Graph graph, Map<String, Tensor> leaves) {
    Map<String, float[]> floats = new HashMap<>();
    Map<String, int[]> shapes = new HashMap<>();
    leaves.forEach(
        (name, value) -> {
          float[] single = new float[value.data().length];
          for (int i = 0; i < single.length; i++) {
            single[i] = (float) value.data()[i];
          }
          floats.put(name, single);
          shapes.put(name, value.shape());
        });
    Graph rewritten = ParallelDense.fuse(Rewrites.simplify(graph), ParallelDense.WIDEST);
    Map<String, Tensor> results = new HashMap<>();
    OnnxRun.run(rewritten, floats, shapes)
        .forEach(
            (name, values) -> {
              double[] wide = new double[values.length];
              for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
              }
              results.put(name, new Tensor(wide, wide.length));
            });
    return results;
  }

  private static Family family(ParityCase one, Map<String, Family> families) {
    Family family = families.get(one.model());
    assertThat(family).as("no family builds %s; known: %s", one, families.keySet()).isNotNull();
    return Objects.requireNonNull(family);
  }

  private static List<ParityCase> cases() throws IOException {
    String named = System.getProperty("tandem.cases", "");
    Path root = Path.of(System.getProperty("tandem.root", ""));
    List<ParityCase> all = ParityCase.in(named.isEmpty() ? resources() : root.resolve(named));
    assertThat(all).isNotEmpty();
    return all.stream().filter(one -> !ELSEWHERE.contains(one.model())).toList();
  }

  private static Path resources() {
    try {
      return Path.of(
          Objects.requireNonNull(ParityCases.class.getResource("/cases"), "cases").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
