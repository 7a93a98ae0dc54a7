package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import dev.tandem.feature.Statistics;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.Map;
import java.util.stream.Collectors;

/** Refuses labels that are none of their task's kind, or against the order of their funnel. */
final class LabelCheck {
  private LabelCheck() {}

  static void valid(Task task, String part, Statistics.Labels labels) {
    if (task.kind() == TaskKind.MULTICLASS || labels.invalid() == 0) {
      return;
    }
    String found =
        labels.values().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(5)
            .map(e -> e.getKey() + " (" + e.getValue() + " rows)")
            .collect(Collectors.joining(", "));
    String allowed =
        task.kind() == TaskKind.BINARY
            ? "a binary label is 0, 1 or null; write a condition such as \""
                + task.label()
                + " > 0\", or set kind: regression or multiclass"
            : "a regression label is a finite number or null";
    throw new DataException(
        "task "
            + task.name()
            + ": "
            + labels.invalid()
            + " labels of the "
            + part
            + " rows are none: "
            + found
            + "; "
            + allowed);
  }

  /** Refuses positives outside the task's sample space. */
  static void inOrder(Task task, String part, Statistics.Labels labels) {
    if (labels.contradictions() == 0) {
      return;
    }
    String parent = task.within().orElseThrow();
    throw new DataException(
        "task %s: %,d of the %s rows are positive although they are negative for %s, within which it lies; %,d are positive for both. "
                .formatted(task.name(), labels.contradictions(), part, parent, labels.positives())
            + "A later behaviour needs the earlier one: correct the order, let the label say so (\"%s AND …\"), or leave out within"
                .formatted(task.label()));
  }
}
