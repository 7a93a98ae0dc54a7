package dev.tandem.archive;

import dev.tandem.schema.TandemException;

/** A model archive that is missing, corrupt, or of a version that cannot be read. */
public final class ArchiveException extends TandemException {

  /** A failure explained by {@code message} alone. */
  public ArchiveException(String message) {
    super(message);
  }

  /** A failure explained by {@code message}, with the lower-level failure that revealed it. */
  public ArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
