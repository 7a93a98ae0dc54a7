package dev.tandem.scoring;

import dev.tandem.graph.Input;
import java.util.List;

/**
 * A scoring graph with its weights, ready to run. Thread-safe; each run works on an {@link
 * Execution} of its own.
 */
public interface Executable {
  /** The symbols whose sizes a run needs. */
  Symbols symbols();

  /** Inputs to fill, in order. */
  List<Input> inputs();

  /** Names of the results, in order. */
  List<String> outputs();

  /**
   * Arrays for a run: idle ones, or new ones.
   *
   * @param sizes of the symbols, in their order
   */
  Execution borrow(int... sizes);
}
