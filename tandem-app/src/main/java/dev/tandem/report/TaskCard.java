package dev.tandem.report;

import dev.tandem.schema.Task;
import java.util.Locale;

/**
 * A task as the report introduces it.
 *
 * @param name its name
 * @param kind binary, regression or multiclass
 * @param label the expression of its label
 * @param within the task whose positive rows are its sample space; empty if every row is
 * @param weight its static weight in the joint loss
 */
public record TaskCard(String name, String kind, String label, String within, double weight) {

  /** The card of a task of a schema. */
  public static TaskCard of(Task task) {
    return new TaskCard(
        task.name(),
        task.kind().name().toLowerCase(Locale.ROOT),
        task.label(),
        task.within().orElse(""),
        task.weight());
  }
}
