package dev.tandem.schema;

import java.util.Optional;

/**
 * One behaviour to predict.
 *
 * @param name the task's name, unique in a schema
 * @param kind what its label is
 * @param label SQL expression over the source's columns; a null result means "not observed"
 * @param within the task whose positive rows are this task's sample space; empty: every row
 * @param classes number of classes of a {@link TaskKind#MULTICLASS} task, 0 before it is fitted; 1
 *     otherwise
 * @param weight the task's static weight in the joint loss (omega), positive
 * @param weightDecay factor gamma that multiplies the weight once per epoch (PLE, section 4.3); 1
 *     keeps it
 */
public record Task(
    String name,
    TaskKind kind,
    String label,
    Optional<String> within,
    int classes,
    double weight,
    double weightDecay) {

  /** A binary task over every row, of weight 1. */
  public static Task binary(String name, String label) {
    return new Task(name, TaskKind.BINARY, label, Optional.empty(), 1, 1, 1);
  }

  /** Width of the task's logit: one, or the number of classes. */
  public int outputs() {
    return kind == TaskKind.MULTICLASS ? classes : 1;
  }
}
