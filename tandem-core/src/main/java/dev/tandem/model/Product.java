package dev.tandem.model;

import dev.tandem.schema.Task;
import java.util.List;

/**
 * What a head predicts beside its tasks: the probability that all of some tasks happen to a row.
 * Its sample space is that of the first of them.
 *
 * @param name its name among the predictions, such as {@code ctcvr}
 * @param tasks two tasks or more in the order of the behaviours; each is undecided until those
 *     before it have happened
 * @param factors those of the tasks whose predicted probability is a factor of it
 */
public record Product(String name, List<Task> tasks, List<Task> factors) {
  /** Keeps the order of the tasks. */
  public Product {
    tasks = List.copyOf(tasks);
    factors = List.copyOf(factors);
  }

  /** The product of all of its tasks' probabilities. */
  static Product of(String name, List<Task> tasks) {
    return new Product(name, tasks, tasks);
  }
}
