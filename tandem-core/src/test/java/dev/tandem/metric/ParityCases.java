package dev.tandem.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The metrics against an independent implementation, on the cases in the test resources or on those
 * of the directory named by {@code -Dtandem.cases=DIR}.
 */
class ParityCases {
  @TestFactory
  List<DynamicTest> everyOutputOfEveryCase() throws IOException, URISyntaxException {
    List<DynamicTest> tests = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    for (Path file : files()) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode one = mapper.readTree(line);
          if (one.path("model").asText().equals("metrics")) {
            tests.add(dynamicTest("metrics seed " + one.get("seed"), () -> check(one)));
          }
        }
      }
    }
    Assumptions.assumeFalse(tests.isEmpty(), () -> "no case of model metrics in " + directory());
    return tests;
  }

  private static String directory() {
    return System.getProperty("tandem.cases", "");
  }

  private static List<Path> files() throws IOException, URISyntaxException {
    if (directory().isEmpty()) {
      return List.of(
          Path.of(
              Objects.requireNonNull(ParityCases.class.getResource("/cases/metrics.jsonl.gz"))
                  .toURI()));
    }
    Path root = Path.of(System.getProperty("tandem.root", ""));
    try (Stream<Path> all = Files.list(root.resolve(directory()))) {
      return all.filter(file -> file.toString().endsWith(".jsonl.gz")).sorted().toList();
    }
  }

  private static void check(JsonNode one) {
    JsonNode config = one.get("config");
    JsonNode inputs = one.get("inputs");
    Map<String, double[]> found =
        new MetricCase(
                new MetricCase.Options(
                    config.get("bins").intValue(),
                    config.get("k").intValue(),
                    config.get("clip").doubleValue()),
                Json.doubles(inputs.get("p")),
                Json.doubles(inputs.get("logits")),
                Json.floats(one.get("labels")),
                Json.doubles(inputs.get("weights")),
                Json.ints(inputs.get("users")),
                Json.floats(inputs.get("rel")))
            .outputs();
    for (Map.Entry<String, JsonNode> output : one.get("outputs").properties()) {
      JsonNode node = output.getValue();
      double[] expected =
          node.isContainerNode() ? Json.doubles(node) : new double[] {node.doubleValue()};
      double[] actual = Objects.requireNonNull(found.get(output.getKey()), output.getKey());
      assertThat(actual).as("output %s", output.getKey()).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        if (Double.isNaN(expected[i]) && Double.isNaN(actual[i])) {
          continue;
        }
        double error = Math.abs(actual[i] - expected[i]) / (1e-3 + Math.abs(expected[i]));
        assertThat(error)
            .as("%s[%d]: %s for %s", output.getKey(), i, actual[i], expected[i])
            .isLessThan(1e-9);
      }
    }
  }
}
