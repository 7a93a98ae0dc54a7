package dev.tandem.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.scoring.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * One case: a line of a file.
 *
 * @param file name of its file
 * @param line position in it, from 1
 * @param json everything
 */
public record ParityCase(String file, int line, JsonNode json) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Every case of every {@code *.jsonl.gz} of a directory, in order. */
  public static List<ParityCase> in(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(p -> p.toString().endsWith(".jsonl.gz")).sorted().toList();
    }
    List<ParityCase> cases = new ArrayList<>();
    for (Path file : files) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (!line.isBlank()) {
            cases.add(
                new ParityCase(String.valueOf(file.getFileName()), number, MAPPER.readTree(line)));
          }
        }
      }
    }
    return cases;
  }

  public String model() {
    return json.get("model").asText();
  }

  public JsonNode config() {
    return json.get("config");
  }

  public int integer(String option) {
    return option(option).asInt();
  }

  public double number(String option) {
    return option(option).asDouble();
  }

  public boolean flag(String option) {
    return option(option).asBoolean();
  }

  public String text(String option) {
    return option(option).asText();
  }

  /** A list of integers, or one integer as a list. */
  public List<Integer> integers(String option) {
    JsonNode list = option(option);
    return list.isArray() ? elements(list).map(JsonNode::asInt).toList() : List.of(list.asInt());
  }

  public List<String> texts(String option) {
    return elements(option(option)).map(JsonNode::asText).toList();
  }

  /** Whether the configuration has that option, and not as null. */
  public boolean has(String option) {
    return config().hasNonNull(option);
  }

  private JsonNode option(String name) {
    JsonNode value = config().get(name);
    if (value == null) {
      throw new IllegalArgumentException(this + " has no option " + name + " in " + config());
    }
    return value;
  }

  /** The value of the case's input. */
  public Tensor input(String name) {
    return tensor(json.get("inputs").get(name));
  }

  @Override
  public String toString() {
    return file + ":" + line + " " + model() + " seed " + json.path("seed").asText();
  }

  /** Whether a node of a case is numbers: a scalar, an array object, or nested lists of scalars. */
  public static boolean isNumeric(JsonNode node) {
    return node.isNumber()
        || node.isBoolean()
        || (node.isObject() && node.has("shape") && node.has("data"))
        || (node.isArray() && elements(node).allMatch(e -> !e.isObject() && isNumeric(e)));
  }

  /** Numbers of a case, in any of the forms of {@link #isNumeric}. */
  public static Tensor tensor(JsonNode node) {
    if (node.isObject()) {
      int[] shape = elements(node.get("shape")).mapToInt(JsonNode::asInt).toArray();
      return new Tensor(elements(node.get("data")).mapToDouble(ParityCase::value).toArray(), shape);
    }
    if (!node.isArray()) {
      return Tensor.scalar(value(node));
    }
    List<Integer> shape = new ArrayList<>();
    for (JsonNode n = node; n.isArray(); n = n.path(0)) {
      shape.add(n.size());
    }
    return new Tensor(
        leaves(node).mapToDouble(ParityCase::value).toArray(),
        shape.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Stream<JsonNode> leaves(JsonNode node) {
    return node.isArray() ? elements(node).flatMap(ParityCase::leaves) : Stream.of(node);
  }

  static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static double value(JsonNode node) {
    if (node.isNull()) {
      return Double.NaN;
    }
    return node.isBoolean() ? (node.asBoolean() ? 1 : 0) : node.asDouble();
  }
}
