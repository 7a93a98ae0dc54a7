package dev.tandem.config;

import dev.tandem.schema.TandemException;

/** A run configuration that cannot be read or does not make sense. */
public final class ConfigException extends TandemException {

  /** A failure explained by {@code message} alone. */
  public ConfigException(String message) {
    super(message);
  }

  /** A failure explained by {@code message}, with the lower-level failure that revealed it. */
  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
