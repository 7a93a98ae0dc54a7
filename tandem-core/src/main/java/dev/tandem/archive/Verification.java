package dev.tandem.archive;

/**
 * When the parts' bytes are compared with their SHA-256. Sizes are compared at opening in either
 * case.
 */
public enum Verification {
  /** All of them at opening. */
  FULL,
  /** Each when it is first read: opens at once, however large the tables are. */
  ON_USE
}
