package dev.tandem.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a model was trained and judged on.
 *
 * @param parts the parts of the data, such as train, validation and test
 * @param read raw rows read; 0 if unknown
 * @param rejected those of them that were set aside as malformed
 */
public record DataCard(List<Part> parts, long read, long rejected) {
  public DataCard {
    parts = List.copyOf(parts);
  }

  /** Nothing is known. */
  public static DataCard empty() {
    return new DataCard(List.of(), 0, 0);
  }

  /**
   * The card that training stored.
   *
   * @param data the archive's part {@code data.json}
   * @param tasks the tasks
   */
  static DataCard of(JsonNode data, List<Task> tasks) {
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> part : data.path("parts").properties()) {
      List<Labels> labels = new ArrayList<>();
      for (Task task : tasks) {
        JsonNode counts = part.getValue().path("tasks").path(task.name());
        labels.add(
            new Labels(
                task.name(),
                counts.path("observed").asLong(),
                task.kind() == TaskKind.BINARY ? counts.path("positives").asLong() : -1,
                counts.path("missing").asLong(),
                counts.path("outside").asLong()));
      }
      parts.add(new Part(part.getKey(), part.getValue().path("rows").asLong(), labels));
    }
    return new DataCard(parts, data.path("read").asLong(), data.path("rejected").asLong());
  }

  /** This card with one more part, in place of one of the same name. */
  DataCard and(Part more) {
    List<Part> all = new ArrayList<>(parts);
    all.removeIf(part -> part.name().equals(more.name()));
    all.add(more);
    return new DataCard(all, read, rejected);
  }

  /**
   * One part.
   *
   * @param name its name
   * @param rows its rows
   * @param labels per task, in the order of the schema
   */
  public record Part(String name, long rows, List<Labels> labels) {
    public Part {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Labels of one task in one part.
   *
   * @param task the task
   * @param observed rows with a label
   * @param positives those of them whose label is 1; −1 if the task is not binary or the count is
   *     unknown
   * @param missing rows without a label; −1 if unknown
   * @param outside rows outside the task's sample space; −1 if unknown
   */
  public record Labels(String task, long observed, long positives, long missing, long outside) {}
}
