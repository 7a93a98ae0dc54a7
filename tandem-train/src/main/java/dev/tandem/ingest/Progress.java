package dev.tandem.ingest;

import java.util.OptionalDouble;

/**
 * Hears how far the preparation of data has come. Called from the preparing thread, a few times a
 * second at most.
 */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress SILENT = state -> {};

  /** Called when something has changed. */
  void at(State state);

  /**
   * How far it has come.
   *
   * @param phase what is being done
   * @param rows rows done in this phase
   * @param rowsPerSecond rate in this phase
   * @param secondsLeft estimated rest of this phase; empty when its size is not known
   */
  record State(String phase, long rows, double rowsPerSecond, OptionalDouble secondsLeft) {}
}
