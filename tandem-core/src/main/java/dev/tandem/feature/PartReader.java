package dev.tandem.feature;

import java.io.IOException;
import java.io.InputStream;

/** Where named parts are read from, such as an archive. */
@FunctionalInterface
public interface PartReader {
  /** Opens the part {@code name} for reading; the caller closes it. */
  InputStream open(String name) throws IOException;
}
