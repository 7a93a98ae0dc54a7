package dev.tandem.scoring;

/**
 * The arrays that one run of an {@link Executable} works on: inputs to fill, results to read. Used
 * by one thread at a time; closing gives it back, and it must not be used afterwards.
 */
public interface Execution extends AutoCloseable {
  /**
   * Sets the sizes of the symbols, in their order; numbers that inputs hold are then undefined
   * unless the sizes are the same or smaller.
   */
  void resize(int... sizes);

  /** The array of an input, row-major; it may be longer than the sizes ask for. */
  float[] input(int i);

  /** Computes every output. */
  void run();

  /** The array of an output, row-major; valid until the next run; it may be longer than needed. */
  float[] output(int i);

  @Override
  void close();
}
