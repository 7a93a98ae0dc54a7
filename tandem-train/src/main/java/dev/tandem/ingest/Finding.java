package dev.tandem.ingest;

/**
 * One thing that looking at the data before training has found.
 *
 * @param severity how bad it is
 * @param subject the column, task or part that it is about
 * @param message what was found and what to do
 */
public record Finding(Severity severity, String subject, String message) {
  /** How bad a finding is. */
  public enum Severity {
    /** Worth knowing. */
    NOTE,
    /** Probably a mistake. */
    WARNING,
    /** Training would be misled, such as by a leak. */
    ERROR
  }
}
