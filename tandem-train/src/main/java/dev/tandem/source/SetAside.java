package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Malformed lines, counted and written with file, line number, reason and text to {@code
 * rejects.tsv}, which appears only if there are any. Not thread-safe.
 */
final class SetAside implements AutoCloseable {
  private static final int JUDGED = 1000;
  private static final int SHOWN = 200;

  private final Path file;
  private final Path partial;
  private final boolean strict;
  private @Nullable BufferedWriter writer;
  private long lines;
  private long rejected;

  SetAside(Path out, boolean strict) {
    this.file = out.resolve("rejects.tsv");
    this.partial = out.resolve(".rejects.tsv.partial");
    this.strict = strict;
  }

  /** Counts a line that was read, whatever became of it. */
  void seen() {
    lines++;
  }

  /** Sets a line aside; with {@code strict}, stops. */
  void reject(Path from, long number, String reason, Line line) {
    if (strict) {
      throw new DataException("%s:%d: %s".formatted(from, number, reason));
    }
    rejected++;
    try {
      if (writer == null) {
        writer = Files.newBufferedWriter(partial);
        writer.write("file\tline\treason\ttext\n");
      }
      writer.write(
          "%s\t%d\t%s\t%s\n"
              .formatted(from.getFileName(), number, printable(reason), printable(shown(line))));
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (lines >= JUDGED && rejected > lines / 2) {
      throw new DataException(
          "%s: %d of the first %d lines are malformed, the last because: %s. Is this the right file?"
              .formatted(from, rejected, lines, reason));
    }
  }

  private static String shown(Line line) {
    return line.text(line.from, Math.min(line.to, line.from + SHOWN));
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(c -> out.append(c < ' ' ? "\\x%02x".formatted(c) : String.valueOf((char) c)));
    return out.toString();
  }

  long rejected() {
    return rejected;
  }

  /** Gives the file of rejects its name, or removes one of an earlier import. */
  void finish() {
    try {
      if (writer == null) {
        Files.deleteIfExists(file);
        return;
      }
      writer.close();
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private DataException unwritable(IOException e) {
    return new DataException("cannot write %s: %s".formatted(file, e), e);
  }

  @Override
  public void close() {
    try {
      if (writer != null) {
        writer.close();
      }
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
