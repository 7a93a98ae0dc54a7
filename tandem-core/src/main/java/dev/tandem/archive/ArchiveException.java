package dev.tandem.archive;

import dev.tandem.schema.TandemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;

/**
 * An archive, checkpoint or tensor file cannot be written, opened or trusted; {@link #kind()} tells
 * which.
 */
public final class ArchiveException extends TandemException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for callers that react differently. */
  public enum Kind {
    /** The path holds something else, or nothing. */
    NOT_AN_ARCHIVE,
    /** Written in a format version that this Tandem no longer reads. */
    TOO_OLD,
    /** Written in a format version that this Tandem does not know yet. */
    TOO_NEW,
    /** Bytes are missing or differ from what was written. */
    CORRUPT,
    /** Another process or thread is writing there. */
    IN_USE,
    /** The disk refused: full, read-only, no permission. Nothing was replaced. */
    NOT_WRITTEN,
    /** The disk refused to read. */
    NOT_READ
  }

  private final Kind kind;

  public ArchiveException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ArchiveException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** {@code what} at {@code path} could not be written; what stood there before is untouched. */
  public static ArchiveException notWritten(String what, Path path, IOException cause) {
    return new ArchiveException(
        Kind.NOT_WRITTEN,
        "Cannot write "
            + what
            + " "
            + path
            + ": "
            + reason(cause)
            + ". Nothing was changed there; "
            + advice(cause),
        cause);
  }

  /** {@code what} at {@code path} could not be read. */
  public static ArchiveException notRead(String what, Path path, IOException cause) {
    return new ArchiveException(
        Kind.NOT_READ, "Cannot read " + what + " " + path + ": " + reason(cause), cause);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String text =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason()
            : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }

  private static String advice(Throwable e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("No space left")) {
      return "free some space or choose another disk.";
    }
    if (text.contains("Read-only")
        || e instanceof AccessDeniedException
        || e instanceof ReadOnlyFileSystemException) {
      return "choose a directory that you may write to.";
    }
    return "mend this or choose another place.";
  }
}
