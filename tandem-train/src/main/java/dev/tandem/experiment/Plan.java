package dev.tandem.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a directory of results is about: {@code experiment.json} beside the runs.
 *
 * @param name of the experiment
 * @param models in the order of the table
 * @param baseline the model that the others are tested against
 * @param single the model that gains are counted from, when there is one
 * @param metrics what the table shows and the tests judge
 * @param alpha level of the tests
 * @param bootstrap replicates, 0 for none
 * @param runs every run that belongs to the table, in the order in which they are made
 */
public record Plan(
    String name,
    List<String> models,
    String baseline,
    Optional<String> single,
    List<String> metrics,
    double alpha,
    int bootstrap,
    List<RunRecord.Key> runs) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "experiment.json";

  public Plan {
    models = List.copyOf(models);
    metrics = List.copyOf(metrics);
    runs = List.copyOf(runs);
  }

  void write(Path results) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", name);
    models.forEach(node.putArray("models")::add);
    node.put("baseline", baseline);
    single.ifPresent(model -> node.put("single", model));
    metrics.forEach(node.putArray("metrics")::add);
    node.put("alpha", alpha).put("bootstrap", bootstrap);
    var list = node.putArray("runs");
    for (RunRecord.Key key : runs) {
      list.addObject()
          .put("data", key.data())
          .put("model", key.model())
          .put("seed", key.seed())
          .put("configHash", key.configHash())
          .put("dataHash", key.dataHash());
    }
    AtomicFiles.write(
        results.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
  }

  static Plan read(Path results) {
    Path file = results.resolve(FILE);
    try {
      JsonNode node = JSON.readTree(Files.readString(file));
      List<RunRecord.Key> runs = new ArrayList<>();
      node.path("runs")
          .forEach(
              r ->
                  runs.add(
                      new RunRecord.Key(
                          r.path("data").asText(),
                          r.path("model").asText(),
                          r.path("seed").asLong(),
                          r.path("configHash").asText(),
                          r.path("dataHash").asText())));
      return new Plan(
          node.path("name").asText(),
          texts(node.path("models")),
          node.path("baseline").asText(),
          Optional.ofNullable(node.get("single")).map(JsonNode::asText),
          texts(node.path("metrics")),
          node.path("alpha").asDouble(),
          node.path("bootstrap").asInt(),
          runs);
    } catch (NoSuchFileException e) {
      throw new DataException(
          results + " holds no results of an experiment: there is no " + FILE, e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The data sets in the order of the runs. */
  List<String> data() {
    return runs.stream().map(RunRecord.Key::data).distinct().toList();
  }
}
