package dev.tandem.onnx;

/**
 * ONNX Runtime refused a model or failed to run it: a defect of Tandem or a broken installation.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
