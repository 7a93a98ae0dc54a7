package dev.tandem.ingest;

/**
 * What preparing data may use.
 *
 * @param threads threads of the query engine
 * @param memoryMegabytes memory of the query engine, beside the Java heap; what does not fit is
 *     spilled to disk
 */
public record EngineLimits(int threads, int memoryMegabytes) {
  /** All processors, and 2 GiB. */
  public static EngineLimits standard() {
    return new EngineLimits(Runtime.getRuntime().availableProcessors(), 2048);
  }
}
