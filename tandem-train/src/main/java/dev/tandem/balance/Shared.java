package dev.tandem.balance;

import java.util.List;

/**
 * What a balancer has to know of the model.
 *
 * @param tasks number of tasks, at least 1
 * @param tensorSizes number of values of each shared parameter tensor, in the order in which they
 *     lie in the flat gradients
 * @param seed of the balancer's random draws, which depend on the seed and the step alone
 */
public record Shared(int tasks, List<Integer> tensorSizes, long seed) {
  /** Copies the sizes. */
  public Shared {
    if (tasks < 1) {
      throw new IllegalArgumentException("tasks is " + tasks + "; it must be at least 1");
    }
    tensorSizes = List.copyOf(tensorSizes);
  }

  /** Length of a task's flat gradient. */
  public int size() {
    return tensorSizes.stream().mapToInt(Integer::intValue).sum();
  }
}
