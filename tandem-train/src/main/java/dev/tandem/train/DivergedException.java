package dev.tandem.train;

import dev.tandem.schema.TandemException;

/** Training whose loss or parameters left the finite numbers. */
public final class DivergedException extends TandemException {

  /** A failure explained by {@code message} alone. */
  public DivergedException(String message) {
    super(message);
  }

  /** A failure explained by {@code message}, with the lower-level failure that revealed it. */
  public DivergedException(String message, Throwable cause) {
    super(message, cause);
  }
}
