package dev.tandem.feature;

import dev.tandem.schema.TandemException;

/** Data that are unreadable, malformed, or too few for what is asked of them. */
public final class DataException extends TandemException {

  /** A failure explained by {@code message} alone. */
  public DataException(String message) {
    super(message);
  }

  /** A failure explained by {@code message}, with the lower-level failure that revealed it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
