package dev.tandem.feature;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Where named parts are written, such as an archive. Each stream is closed before the next is
 * opened.
 */
@FunctionalInterface
public interface PartWriter {
  /**
   * Opens the part {@code name}, a relative path with forward slashes, for writing; the caller
   * closes it.
   */
  OutputStream open(String name) throws IOException;
}
