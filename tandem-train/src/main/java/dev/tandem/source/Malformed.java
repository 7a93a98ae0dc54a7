package dev.tandem.source;

/** A line that does not follow its file's grammar; the message is the reason. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1L;

  Malformed(String reason) {
    // Millions may be thrown: without a stack trace.
    super(reason, null, false, false);
  }
}
