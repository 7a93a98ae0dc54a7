package dev.tandem.cli;

/** What the {@code tandem} command tells the shell. */
final class ExitCode {

  /** All that was asked for was done. */
  static final int OK = 0;

  /** Something failed that the other codes do not name. */
  static final int FAILED = 1;

  /** The command line or the run configuration asks for something that does not exist. */
  static final int USAGE = 2;

  /** A data file or a model archive cannot be used. */
  static final int BAD_DATA = 3;

  /** Training left the finite numbers. */
  static final int DIVERGED = 4;

  private ExitCode() {}
}
