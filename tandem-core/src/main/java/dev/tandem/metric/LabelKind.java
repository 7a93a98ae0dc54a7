package dev.tandem.metric;

/** What the labels of judged rows are, and with it which metrics apply. */
public enum LabelKind {
  /** Labels 0 or 1, scores are probabilities of 1. */
  BINARY,
  /** Real labels, scores are predictions in the label's unit. */
  REGRESSION,
  /** Labels are class numbers from 0, scores are one probability per class. */
  MULTICLASS
}
