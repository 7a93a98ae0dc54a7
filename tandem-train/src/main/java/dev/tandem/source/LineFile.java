package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** A text file, plain or gzipped, read line by line with memory for one line. Not thread-safe. */
final class LineFile implements AutoCloseable {
  /** Longer lines are not lines of any known data set. */
  static final int LONGEST = 16 << 20;

  private final Path file;
  private final InputStream in;
  private final byte[] block = new byte[1 << 18];
  private int next;
  private int filled;
  private long number;

  LineFile(Path file) {
    this.file = file;
    try {
      InputStream raw = Files.newInputStream(file);
      this.in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Number of the line read last, from 1. */
  long number() {
    return number;
  }

  /**
   * Reads the next line without its end ({@code \n} or {@code \r\n}) into {@code line}.
   *
   * @return whether there was one
   * @throws Malformed if it is longer than {@link #LONGEST}; the rest of it has been skipped
   */
  boolean next(Line line) throws Malformed {
    int length = 0;
    boolean any = false;
    boolean tooLong = false;
    while (fill()) {
      any = true;
      int end = next;
      while (end < filled && block[end] != '\n') {
        end++;
      }
      int here = end - next;
      if (length + here > LONGEST) {
        tooLong = true;
      } else {
        if (length + here > line.bytes.length) {
          line.bytes = Arrays.copyOf(line.bytes, Math.max(length + here, 2 * line.bytes.length));
        }
        System.arraycopy(block, next, line.bytes, length, here);
        length += here;
      }
      boolean ended = end < filled;
      next = ended ? end + 1 : end;
      if (ended) {
        break;
      }
    }
    if (!any) {
      return false;
    }
    number++;
    line.from = 0;
    line.to = length > 0 && line.bytes[length - 1] == '\r' ? length - 1 : length;
    if (tooLong) {
      throw new Malformed("line longer than %d bytes".formatted(LONGEST));
    }
    return true;
  }

  private boolean fill() {
    if (next < filled) {
      return true;
    }
    try {
      filled = in.read(block);
      next = 0;
      return filled > 0;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private DataException unreadable(IOException e) {
    return new DataException("cannot read %s: %s".formatted(file, e), e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
