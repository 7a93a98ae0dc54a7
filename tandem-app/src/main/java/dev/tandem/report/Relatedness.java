package dev.tandem.report;

import java.util.List;

/**
 * How the labels of the tasks go together.
 *
 * @param tasks the tasks
 * @param correlations [K][K] correlation of two tasks' labels over the rows where both are
 *     observed; NaN where undefined
 * @param rows [K][K] number of those rows
 */
public record Relatedness(
    List<String> tasks, List<List<Double>> correlations, List<List<Long>> rows) {
  public Relatedness {
    tasks = List.copyOf(tasks);
    correlations = correlations.stream().map(List::copyOf).toList();
    rows = rows.stream().map(List::copyOf).toList();
  }
}
