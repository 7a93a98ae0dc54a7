package dev.tandem.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.ingest.PartSummary;
import dev.tandem.ingest.PreparedData;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the archive tells of the data that a model was trained and judged on. */
final class DataSummary {
  private static final List<String> PARTS = List.of("train", "validation", "test");

  private DataSummary() {}

  /** Rows read and set aside; per part its rows, the tasks' labels, and unseen values by column. */
  static String json(PreparedData data) throws IOException {
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
    all.put("parts", parts);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }
}
