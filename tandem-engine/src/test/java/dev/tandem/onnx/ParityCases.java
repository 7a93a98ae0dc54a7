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
import dev.tandem.parity.Redraw;
import dev.tandem.scoring.Reference;
import dev.tandem.scoring.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Redraws that once lost the digits of a difference of two nearly equal numbers. */
  @ParameterizedTest
  @CsvSource({"aitm.jsonl.gz, 6, 6", "dtrn_mmoe.jsonl.gz, 6, 6"})
  void redrawnOnOnnxRuntime(String file, int line, long seed) throws IOException {
    ParityCase one =
        ParityCase.in(resources()).stream()
            .filter(c -> c.file().equals(file) && c.line() == line)
            .findFirst()
            .orElseThrow();
    Family family = family(one, Families.byModel());
    assertThat(Comparison.problems(Redraw.of(one, family, seed), family, ParityCases::onnx, FLOAT))
        .isEmpty();
  }

  /**
   * Every case of a file with other numbers, as often as {@code -Dtandem.redraws} says: a survey of
   * how much room single precision has. A redraw that rounding its own numbers can take beyond the
   * limit is counted apart.
   */
  @TestFactory
  Stream<DynamicTest> surveyOnOnnxRuntime() throws IOException {
    int redraws = Integer.getInteger("tandem.redraws", 0);
    Map<String, Family> families = Families.byModel();
    return cases().stream()
        .collect(Collectors.groupingBy(ParityCase::file, TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .filter(file -> redraws > 0)
        .map(
            file ->
                dynamicTest(
                    redraws + " redraws of " + file.getKey(),
                    () -> survey(file.getValue(), families, redraws)));
  }

  private static void survey(List<ParityCase> cases, Map<String, Family> families, int redraws) {
    List<String> beyond = new ArrayList<>();
    int illConditioned = 0;
    for (ParityCase one : cases) {
      Family family = family(one, families);
      for (int seed = 1; seed <= redraws; seed++) {
        ParityCase redrawn = Redraw.of(one, family, seed);
        Comparison.Worst worst = Comparison.worst(redrawn, family, ParityCases::onnx);
        if (worst.error() < FLOAT) {
          continue;
        }
        if (Redraw.conditioning(redrawn, family) < FLOAT) {
          beyond.add(redrawn + ": " + worst);
        } else {
          illConditioned++;
        }
      }
    }
    assertThat(beyond)
        .as(
            "%d redraws, %d beyond the limit in any arithmetic",
            cases.size() * redraws, illConditioned)
        .isEmpty();
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
