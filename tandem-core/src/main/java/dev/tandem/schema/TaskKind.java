package dev.tandem.schema;

/** What a task's label is, which decides its loss, its output and its metrics. */
public enum TaskKind {
  BINARY,
  REGRESSION,
  MULTICLASS
}
