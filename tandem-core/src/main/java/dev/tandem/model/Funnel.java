package dev.tandem.model;

import dev.tandem.schema.Task;
import java.util.List;

/**
 * The one step of a funnel that ESMM-like heads model: a task and the task within whose positive
 * rows it is defined.
 *
 * @param first index of the wider task (click)
 * @param second index of the task within it (conversion)
 */
record Funnel(int first, int second) {

  /**
   * The step declared by {@code within}; with two tasks and none declared, the second within the
   * first.
   */
  static Funnel of(List<Task> tasks, String head) {
    for (int k = 0; k < tasks.size(); k++) {
      String within = tasks.get(k).within().orElse("");
      for (int j = 0; j < tasks.size(); j++) {
        if (tasks.get(j).name().equals(within)) {
          return new Funnel(j, k);
        }
      }
    }
    if (tasks.size() >= 2) {
      return new Funnel(0, 1);
    }
    throw new IllegalArgumentException(
        "model.head: "
            + head
            + " needs a task declared within another, such as cvr: {label: buy, within: click}");
  }

  /** The name of the product's prediction. */
  static final String PRODUCT = "ctcvr";
}
