package dev.tandem.schema;

/**
 * The declared columns, features and tasks contradict each other or the data that they describe.
 */
public final class SchemaException extends TandemException {
  private static final long serialVersionUID = 1L;

  public SchemaException(String message) {
    super(message);
  }
}
