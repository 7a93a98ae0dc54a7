package dev.tandem.model;

import java.util.List;

/**
 * What a bottom gives to a body: a representation common to all tasks and, where the bottom is
 * task-specific, one per task.
 *
 * @param shared what no task owns
 * @param own one per task, or empty when every task reads {@code shared}
 */
public record Representation(Features shared, List<Features> own) {
  public Representation {
    own = List.copyOf(own);
  }

  public static Representation shared(Features features) {
    return new Representation(features, List.of());
  }

  /** Whether the tasks read different inputs. */
  public boolean isTaskSpecific() {
    return !own.isEmpty();
  }

  /** What task {@code k} reads. */
  public Features of(int k) {
    return own.isEmpty() ? shared : own.get(k);
  }
}
