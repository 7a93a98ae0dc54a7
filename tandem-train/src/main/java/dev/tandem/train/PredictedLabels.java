package dev.tandem.train;

import dev.tandem.feature.Batch;
import dev.tandem.feature.LabelState;
import dev.tandem.model.Product;
import dev.tandem.schema.Task;
import java.util.List;

/**
 * The labels of everything that is predicted: those of the tasks as rows have them, and of the
 * head's products what their tasks' labels say. Immutable.
 */
public final class PredictedLabels {
  private final int tasks;
  private final List<int[]> ways; // per product the numbers of its tasks

  /** The labels of what a blueprint predicts. */
  public PredictedLabels(Blueprint blueprint) {
    this(blueprint.tasks(), blueprint.products());
  }

  /** The labels of tasks and of the products of some of them. */
  public PredictedLabels(List<Task> tasks, List<Product> products) {
    this.tasks = tasks.size();
    this.ways =
        products.stream()
            .map(Product::tasks)
            .map(way -> way.stream().mapToInt(tasks::indexOf).toArray())
            .toList();
  }

  /**
   * What is known of a label, as a code of {@link LabelState}. That of a product is known if all of
   * its tasks happened, or one did not: whatever would have followed cannot follow.
   *
   * @param predicted number of a prediction in {@link Blueprint#predicted}
   */
  public byte state(Batch rows, int row, int predicted) {
    return rows.states()[row * tasks + decisive(rows, row, predicted)];
  }

  /** An observed label; 1 for a product of whose tasks all happened, else 0. */
  public float label(Batch rows, int row, int predicted) {
    return rows.labels()[row * tasks + decisive(rows, row, predicted)];
  }

  /**
   * The task that decides: a task itself; the first of a product's that did not happen, or the
   * last.
   */
  private int decisive(Batch rows, int row, int predicted) {
    if (predicted < tasks) {
      return predicted;
    }
    int[] way = ways.get(predicted - tasks);
    for (int task : way) {
      int at = row * tasks + task;
      if (rows.states()[at] != LabelState.OBSERVED.code() || rows.labels()[at] != 1) {
        return task;
      }
    }
    return way[way.length - 1];
  }
}
