package dev.tandem.simulate;

/** Whether and how the users' earlier behaviour is written. */
public enum Histories {
  /** Not at all. */
  NONE,
  /** Every row carries its histories as list columns, most recent first. */
  COLUMNS,
  /** One event log {@code events.parquet} for all users, to be joined point in time. */
  EVENTS
}
