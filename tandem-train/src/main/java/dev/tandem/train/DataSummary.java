package dev.tandem.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.config.Source;
import dev.tandem.ingest.PartSummary;
import dev.tandem.ingest.PreparedData;
import dev.tandem.schema.Feature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the archive tells of the data that a model was trained and judged on. */
final class DataSummary {
  private static final List<String> PARTS = List.of("train", "validation", "test");

  private DataSummary() {}

  /**
   * Rows read and set aside; the logs that histories were joined from; per part its rows, the
   * tasks' labels, and unseen values by column.
   *
   * @param sources the named tables of the run
   */
  static String json(PreparedData data, Map<String, Source> sources) throws IOException {
    Map<String, Object> parts = new LinkedHashMap<>();
    for (String part : PARTS) {
      PartSummary summary = data.summaries().get(part);
      if (summary != null) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("rows", summary.rows());
        Map<String, Object> tasks = new LinkedHashMap<>();
        data.preprocessor()
            .tasks()
            .forEach(t -> tasks.put(t.name(), summary.labels().get(t.name())));
        one.put("tasks", tasks);
        one.put("unseen", new TreeMap<>(summary.unseen()));
        parts.put(part, one);
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("read", data.read());
    all.put("rejected", data.rejected());
    Map<String, List<String>> logs = logs(data.preprocessor().schema(), sources);
    if (!logs.isEmpty()) {
      all.put("logs", logs);
    }
    all.put("parts", parts);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  /** Names of the sources that a schema's histories are joined from. */
  static Set<String> joined(Schema schema) {
    Set<String> names = new LinkedHashSet<>();
    for (Feature feature : schema.features()) {
      if (feature instanceof SequenceFeature sequence) {
        sequence.events().ifPresent(events -> names.add(events.source()));
      }
    }
    return names;
  }

  private static Map<String, List<String>> logs(Schema schema, Map<String, Source> sources) {
    Map<String, List<String>> logs = new LinkedHashMap<>();
    for (String name : joined(schema)) {
      Source source = sources.get(name);
      if (source != null) {
        logs.put(name, source.files().stream().map(DataSummary::absolute).toList());
      }
    }
    return logs;
  }

  private static String absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  /** The logs that a stored summary names: paths or globs by source. */
  static Map<String, List<String>> logs(String json) throws IOException {
    Map<String, List<String>> logs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> log :
        new ObjectMapper().readTree(json).path("logs").properties()) {
      List<String> files = new ArrayList<>();
      log.getValue().forEach(file -> files.add(file.asText()));
      logs.put(log.getKey(), files);
    }
    return logs;
  }
}
