package dev.tandem.schema;

/**
 * The root of every error that Tandem reports on purpose. Its message says what is wrong, where,
 * what was found, what is allowed and what to do; the command line prints it without a stack trace.
 */
public abstract class TandemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected TandemException(String message) {
    super(message);
  }

  protected TandemException(String message, Throwable cause) {
    super(message, cause);
  }
}
