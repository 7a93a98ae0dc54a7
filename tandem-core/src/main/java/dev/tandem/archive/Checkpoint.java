package dev.tandem.archive;

import java.nio.file.Path;
import java.util.Map;

/**
 * The state of a training run after a step, open for reading; every byte of it was compared with
 * its SHA-256. Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {
  static final Manifest.Format FORMAT =
      new Manifest.Format("tandem-checkpoint", "Tandem checkpoint", 1, 1);

  private final PartsReader parts;
  private final long step;

  private Checkpoint(PartsReader parts, long step) {
    this.parts = parts;
    this.step = step;
  }

  static Checkpoint open(Path directory, long step) {
    return new Checkpoint(PartsReader.open(directory, FORMAT, Verification.FULL), step);
  }

  /** The number of steps that had been made. */
  public long step() {
    return step;
  }

  public Path path() {
    return parts.directory();
  }

  /** The strings that were saved with it, such as the run's hash. */
  public Map<String, String> properties() {
    return parts.manifest().origin();
  }

  public boolean has(String part) {
    return parts.has(part);
  }

  /** A whole part; at most 2 GB. */
  public byte[] bytes(String part) {
    return parts.bytes(part);
  }

  /** A whole part as UTF-8 text. */
  public String text(String part) {
    return parts.text(part);
  }

  /**
   * A safetensors part, to be read in pieces of any size; lives as long as this checkpoint is open.
   */
  public SafetensorsFile tensors(String part) {
    return parts.tensors(part);
  }

  @Override
  public void close() {
    parts.close();
  }
}
