package dev.tandem.experiment;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.metric.Evaluation;
import dev.tandem.model.Product;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of one run: one line of {@code runs.jsonl}.
 *
 * @param key which run it is
 * @param cost what it took
 * @param validation metrics on the validation part by task and product, of the state that was kept
 * @param test metrics on the test part by task and product; undefined ones are left out
 * @param products those of them that are products of the head, such as {@code ctcvr}, each with the
 *     tasks that all have to happen
 * @param scores file of the test rows' scores, relative to the results
 * @param tandem version and revision that ran it
 */
public record RunRecord(
    Key key,
    Cost cost,
    Map<String, Map<String, Double>> validation,
    Map<String, Map<String, Double>> test,
    Map<String, List<String>> products,
    String scores,
    String tandem) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, List<String>>> NAMES = new TypeReference<>() {};

  public RunRecord {
    validation = ordered(validation);
    test = ordered(test);
    products = Collections.unmodifiableMap(new LinkedHashMap<>(products));
  }

  /**
   * Which run it is. Runs with equal keys give equal metrics.
   *
   * @param data name of the data set
   * @param model name of the model
   * @param seed seed of everything random
   * @param configHash SHA-256 of the configuration
   * @param dataHash SHA-256 of the files and of how they were prepared
   */
  public record Key(String data, String model, long seed, String configHash, String dataHash) {}

  /**
   * What a run took. Of a model that trains each task alone: sums over the tasks, the largest
   * memory, and the rate at which rows pass through the networks of all tasks.
   *
   * @param parameters dense parameters
   * @param tableParameters weights in embedding tables
   * @param flopsPerRow operations of a prediction, per row
   * @param steps training steps, those after the best state included
   * @param trainSeconds seconds from the first step to the last, validation included
   * @param examplesPerSecond rows per second of the training steps, validation excluded
   * @param peakBytes largest resident memory of the process during the run, −1 where unknown
   */
  public record Cost(
      long parameters,
      long tableParameters,
      long flopsPerRow,
      long steps,
      double trainSeconds,
      double examplesPerSecond,
      long peakBytes) {

    /** The cost of two trainings, one after the other, over the same rows. */
    Cost plus(Cost other) {
      return new Cost(
          parameters + other.parameters,
          tableParameters + other.tableParameters,
          flopsPerRow + other.flopsPerRow,
          steps + other.steps,
          trainSeconds + other.trainSeconds,
          1 / (1 / examplesPerSecond + 1 / other.examplesPerSecond),
          Math.max(peakBytes, other.peakBytes));
    }
  }

  /** The tasks of products by the products' names. */
  static Map<String, List<String>> products(List<Product> of) {
    Map<String, List<String>> products = new LinkedHashMap<>();
    of.forEach(p -> products.put(p.name(), p.tasks().stream().map(Task::name).toList()));
    return products;
  }

  /** The defined metrics of an evaluation. */
  static Map<String, Map<String, Double>> metrics(Evaluation evaluation) {
    Map<String, Map<String, Double>> tasks = new LinkedHashMap<>();
    evaluation
        .tasks()
        .forEach(
            (task, measured) -> {
              Map<String, Double> values = new LinkedHashMap<>();
              values.put("n", (double) measured.n());
              measured
                  .values()
                  .forEach(
                      (name, m) -> {
                        if (Double.isFinite(m.value())) {
                          values.put(name, m.value());
                        }
                      });
              tasks.put(task, values);
            });
    return tasks;
  }

  /** One line of JSON, without the line's end. */
  String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("data", key.data()).put("model", key.model()).put("seed", key.seed());
    node.put("configHash", key.configHash()).put("dataHash", key.dataHash());
    node.put("parameters", cost.parameters()).put("tableParameters", cost.tableParameters());
    node.put("flopsPerRow", cost.flopsPerRow()).put("steps", cost.steps());
    node.put("trainSeconds", cost.trainSeconds());
    node.put("examplesPerSecond", cost.examplesPerSecond()).put("peakBytes", cost.peakBytes());
    node.set("validation", JSON.valueToTree(validation));
    node.set("test", JSON.valueToTree(test));
    if (!products.isEmpty()) {
      node.set("products", JSON.valueToTree(products));
    }
    node.put("scores", scores).put("tandem", tandem);
    return node.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IOException when it is not one that {@link #toJson} wrote
   */
  static RunRecord fromJson(String line) throws IOException {
    JsonNode node = JSON.readTree(line);
    for (String needed : new String[] {"data", "model", "seed", "configHash", "test", "scores"}) {
      if (!node.path(needed).isValueNode() && !node.path(needed).isObject()) {
        throw new IOException("it has no " + needed);
      }
    }
    return new RunRecord(
        new Key(
            node.path("data").asText(),
            node.path("model").asText(),
            node.path("seed").asLong(),
            node.path("configHash").asText(),
            node.path("dataHash").asText()),
        new Cost(
            node.path("parameters").asLong(),
            node.path("tableParameters").asLong(),
            node.path("flopsPerRow").asLong(),
            node.path("steps").asLong(),
            node.path("trainSeconds").asDouble(),
            node.path("examplesPerSecond").asDouble(),
            node.path("peakBytes").asLong(-1)),
        tasks(node.path("validation")),
        tasks(node.path("test")),
        node.has("products") ? JSON.convertValue(node.get("products"), NAMES) : Map.of(),
        node.path("scores").asText(),
        node.path("tandem").asText());
  }

  private static Map<String, Map<String, Double>> tasks(JsonNode node) {
    Map<String, Map<String, Double>> tasks = new LinkedHashMap<>();
    node.properties()
        .forEach(
            task -> {
              Map<String, Double> values = new LinkedHashMap<>();
              task.getValue()
                  .properties()
                  .forEach(m -> values.put(m.getKey(), m.getValue().asDouble()));
              tasks.put(task.getKey(), values);
            });
    return tasks;
  }

  private static Map<String, Map<String, Double>> ordered(Map<String, Map<String, Double>> tasks) {
    Map<String, Map<String, Double>> copy = new LinkedHashMap<>();
    tasks.forEach((t, m) -> copy.put(t, Collections.unmodifiableMap(new LinkedHashMap<>(m))));
    return Collections.unmodifiableMap(copy);
  }
}
