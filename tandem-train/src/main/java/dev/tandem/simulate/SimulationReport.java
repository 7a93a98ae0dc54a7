package dev.tandem.simulate;

import java.util.Map;

/**
 * What was simulated and how well it can be predicted; written as {@code simulation.json}.
 *
 * @param simulation the platform
 * @param users number of users
 * @param items number of items
 * @param trainRows rows of the training part
 * @param validationRows rows of the validation part
 * @param testRows rows of the test part
 * @param tasks per behaviour what is known of it
 * @param seconds wall-clock time of the writing
 */
public record SimulationReport(
    Simulation simulation,
    int users,
    int items,
    long trainRows,
    long validationRows,
    long testRows,
    Map<String, TaskReport> tasks,
    double seconds) {

  /** What is known of one task, by name. */
  public TaskReport task(String name) {
    TaskReport task = tasks.get(name);
    if (task == null) {
      throw new IllegalArgumentException(
          "no task %s; there are %s".formatted(name, tasks.keySet()));
    }
    return task;
  }

  /**
   * One behaviour.
   *
   * @param rate share of positives among observed labels of the training part
   * @param test the true probabilities judged on all observed test rows
   * @param within the conditional probabilities judged on the test rows whose parent happened; for
   *     click the same as {@code test}
   */
  public record TaskReport(double rate, Attainable test, Attainable within) {}
}
