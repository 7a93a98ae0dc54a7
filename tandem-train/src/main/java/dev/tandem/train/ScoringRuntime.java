package dev.tandem.train;

/** What computes the predictions of a stored model; the numbers are the same to 1e-5. */
public enum ScoringRuntime {
  /** The plain JVM, without native code; embedding tables stay on the disk, memory-mapped. */
  JAVA,
  /** ONNX Runtime, as in training; embedding tables are read into memory. */
  ONNX
}
