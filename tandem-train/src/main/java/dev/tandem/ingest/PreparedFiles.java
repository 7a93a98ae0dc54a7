package dev.tandem.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files of a directory of prepared data: {@code data.json}, the fitted parts, a directory per
 * part, the rejects.
 */
final class PreparedFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PreparedFiles() {}

  static EncodedFormat format(Preprocessor preprocessor) {
    return new EncodedFormat(
        preprocessor.layout(), preprocessor.tasks().stream().map(Task::name).toList());
  }

  /** Writes all but the encoded rows and forces everything to disk. */
  static void write(
      Path target,
      String fingerprint,
      Preprocessor preprocessor,
      Map<String, PartSummary> summaries,
      List<String> notes,
      RejectLog rejects)
      throws IOException {
    preprocessor.write(name -> create(target.resolve(name)));
    rejects.write(target.resolve("rejects.csv"));
    ObjectNode root = JSON.createObjectNode();
    root.put("fingerprint", fingerprint)
        .put("read", rejects.readRows())
        .put("rejected", rejects.count());
    root.set("notes", JSON.valueToTree(notes));
    ObjectNode parts = root.putObject("parts");
    summaries.forEach((name, summary) -> parts.set(name, json(summary)));
    Files.write(
        target.resolve("data.json"), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    try (Stream<Path> files = Files.walk(target)) {
      for (Path path : files.toList()) {
        if (Files.isDirectory(path)) {
          Durable.directory(path);
        } else {
          Durable.file(path);
        }
      }
    }
  }

  private static OutputStream create(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.newOutputStream(file);
  }

  private static ObjectNode json(PartSummary summary) {
    ObjectNode node = JSON.createObjectNode().put("rows", summary.rows());
    ObjectNode tasks = node.putObject("tasks");
    new TreeMap<>(summary.labels())
        .forEach(
            (task, c) ->
                tasks
                    .putObject(task)
                    .put("observed", c.observed())
                    .put("positives", c.positives())
                    .put("missing", c.missing())
                    .put("outside", c.outside())
                    .put("unpreceded", c.unpreceded()));
    counts(node.putObject("unseen"), summary.unseen());
    counts(node.putObject("cut"), summary.cut());
    counts(node.putObject("sorted"), summary.sorted());
    return node;
  }

  private static void counts(ObjectNode node, Map<String, Long> counts) {
    new TreeMap<>(counts).forEach(node::put);
  }

  private static Map<String, Long> counts(JsonNode node) {
    Map<String, Long> counts = new LinkedHashMap<>();
    node.properties().forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
    return counts;
  }

  static PreparedData open(Path directory, String fingerprint, Schema schema, boolean reused)
      throws IOException {
    JsonNode root = JSON.readTree(Files.readAllBytes(directory.resolve("data.json")));
    if (!root.path("fingerprint").asText().equals(fingerprint)) {
      throw new DataException(directory + " holds data of another fingerprint; delete it");
    }
    Preprocessor preprocessor =
        Preprocessor.read(schema, name -> Files.newInputStream(directory.resolve(name)));
    Map<String, PartSummary> summaries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> part : root.path("parts").properties()) {
      summaries.put(part.getKey(), summary(part.getValue()));
    }
    List<String> notes = new ArrayList<>();
    root.path("notes").forEach(note -> notes.add(note.asText()));
    EncodedFormat format = format(preprocessor);
    List<Histories> histories = Histories.open(directory, format);
    Function<String, Optional<EncodedData>> part =
        name -> {
          Path file = directory.resolve(name).resolve("rows.arrow");
          return Files.exists(file)
              ? Optional.of(EncodedFile.open(file, format, histories, preprocessor.tables()))
              : Optional.empty();
        };
    EncodedData train =
        part.apply(Parts.TRAIN)
            .orElseThrow(() -> new DataException(directory + " holds no training rows; delete it"));
    return new PreparedData(
        directory,
        fingerprint,
        reused,
        preprocessor,
        train,
        part.apply(Parts.VALIDATION),
        part.apply(Parts.TEST),
        summaries,
        root.path("read").asLong(),
        root.path("rejected").asLong(),
        notes);
  }

  private static PartSummary summary(JsonNode node) {
    Map<String, PartSummary.LabelCounts> labels = new LinkedHashMap<>();
    node.path("tasks")
        .properties()
        .forEach(
            e ->
                labels.put(
                    e.getKey(),
                    new PartSummary.LabelCounts(
                        e.getValue().path("observed").asLong(),
                        e.getValue().path("positives").asLong(),
                        e.getValue().path("missing").asLong(),
                        e.getValue().path("outside").asLong(),
                        e.getValue().path("unpreceded").asLong())));
    return new PartSummary(
        node.path("rows").asLong(),
        labels,
        counts(node.path("unseen")),
        counts(node.path("cut")),
        counts(node.path("sorted")));
  }
}
