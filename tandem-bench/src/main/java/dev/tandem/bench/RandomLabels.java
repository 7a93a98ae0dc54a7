package dev.tandem.bench;

import dev.tandem.feature.Batch;
import dev.tandem.feature.LabelState;
import java.util.SplittableRandom;

/** What a row of a bench has beside its features. */
final class RandomLabels {
  private RandomLabels() {}

  /** Observed labels at random for every task, weight 1, no group, the rows' own numbers. */
  static void fill(SplittableRandom random, long[] numbers, int from, int count, Batch into) {
    int tasks = into.tasks();
    for (int r = 0; r < count; r++) {
      for (int k = 0; k < tasks; k++) {
        into.labels()[r * tasks + k] = random.nextInt(2);
        into.states()[r * tasks + k] = LabelState.OBSERVED.code();
      }
      into.weights()[r] = 1;
      into.groups()[r] = 0;
      into.rowNumbers()[r] = numbers[from + r];
    }
  }
}
