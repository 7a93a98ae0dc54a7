package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines divided by a hash of their key into files, so that two sets of lines can be joined one
 * division at a time. Within a division lines keep their order. Written once, then read; not
 * thread-safe.
 */
final class KeyedSpill implements AutoCloseable {
  private static final int BUFFER = 1 << 14;

  private final List<Path> files = new ArrayList<>();
  private final List<DataOutputStream> outputs = new ArrayList<>();
  private boolean writing = true;

  KeyedSpill(Path directory, String name, int divisions) {
    try {
      for (int d = 0; d < divisions; d++) {
        Path file = directory.resolve(name + "." + d);
        files.add(file);
        outputs.add(
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER)));
      }
    } catch (IOException e) {
      close();
      throw new DataException("cannot write into %s: %s".formatted(directory, e), e);
    }
  }

  /** Adds a line: its key, its number, and what is to be kept of it. */
  void add(Line line, int keyStart, int keyEnd, long row, int start) {
    int hash = 0;
    for (int i = keyStart; i < keyEnd; i++) {
      hash = 31 * hash + line.bytes[i];
    }
    hash ^= hash >>> 15;
    DataOutputStream out = outputs.get(Math.floorMod(hash * 0x9E3779B9, outputs.size()));
    try {
      out.writeLong(row);
      out.writeInt(keyEnd - keyStart);
      out.write(line.bytes, keyStart, keyEnd - keyStart);
      out.writeInt(line.to - start);
      out.write(line.bytes, start, line.to - start);
    } catch (IOException e) {
      throw new DataException(
          "cannot write beside %s: %s. Is the disk full?".formatted(files.get(0), e), e);
    }
  }

  /** Ends the writing. */
  void written() {
    try {
      for (DataOutputStream out : outputs) {
        out.close();
      }
      writing = false;
    } catch (IOException e) {
      throw new DataException(
          "cannot write beside %s: %s. Is the disk full?".formatted(files.get(0), e), e);
    }
  }

  /** Bytes of one division. */
  long bytes(int division) {
    try {
      return Files.size(files.get(division));
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(files.get(division), e), e);
    }
  }

  /** Takes a line back; {@code line} is overwritten by the next. */
  interface Taker {
    void take(String key, long row, Line line) throws Malformed;
  }

  /** Gives back the lines of one division, in the order in which they were added. */
  void read(int division, Taker taker) {
    Line line = new Line();
    byte[] key = new byte[256];
    Path file = files.get(division);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 17))) {
      while (true) {
        long row;
        try {
          row = in.readLong();
        } catch (EOFException e) {
          return;
        }
        int keyLength = in.readInt();
        key = keyLength > key.length ? new byte[keyLength] : key;
        in.readFully(key, 0, keyLength);
        line.to = in.readInt();
        line.bytes = line.to > line.bytes.length ? new byte[2 * line.to] : line.bytes;
        in.readFully(line.bytes, 0, line.to);
        taker.take(new String(key, 0, keyLength, StandardCharsets.UTF_8), row, line);
      }
    } catch (IOException | Malformed e) {
      throw new DataException("cannot read %s back: %s".formatted(file, e), e);
    }
  }

  @Override
  public void close() {
    if (writing) {
      for (DataOutputStream out : outputs) {
        try {
          out.close();
        } catch (IOException e) {
          // The import has failed already; the directory goes with it.
        }
      }
      writing = false;
    }
  }
}
