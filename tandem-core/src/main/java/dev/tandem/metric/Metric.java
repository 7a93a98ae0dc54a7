package dev.tandem.metric;

/**
 * One figure about judged rows. A metric is a record of its options in one file of this package,
 * with a constructor without arguments for the defaults; {@link Metrics} then finds it by itself.
 * Implementations are immutable and treat a weight of 2 like a row given twice.
 */
public interface Metric {
  /** Name in configurations and reports, in snake case: {@code auc}, {@code logloss}. */
  String name();

  /** Which values are better. */
  Better better();

  /** Whether the metric has a meaning for such rows (kind of label, presence of groups). */
  boolean appliesTo(Rows rows);

  /** The value over all rows; NaN where undefined, never an exception for rows it applies to. */
  Measured measure(Rows rows);
}
