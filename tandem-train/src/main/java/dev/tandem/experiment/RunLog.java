package dev.tandem.experiment;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The finished runs of an experiment, one JSON object per line. A line is appended in one write and
 * forced to the disk; a kill in between leaves at most a half line at the end, which is dropped.
 */
final class RunLog {
  private final Path file;
  private final List<RunRecord> records = new ArrayList<>();
  private boolean dropped;

  private RunLog(Path file) {
    this.file = file;
  }

  /**
   * Reads the runs that are there, changing nothing.
   *
   * @throws DataException when a line other than the last is not a run
   */
  static RunLog read(Path file) {
    RunLog log = new RunLog(file);
    if (Files.exists(file)) {
      log.load(false);
    }
    return log;
  }

  /** The same for appending: a half line at the end is cut off. */
  static RunLog open(Path file) {
    RunLog log = new RunLog(file);
    if (Files.exists(file)) {
      log.load(true);
    }
    return log;
  }

  private void load(boolean repair) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int start = 0;
      int number = 0;
      for (int at = 0; at < bytes.length; at++) {
        if (bytes[at] == '\n') {
          number++;
          String line = new String(bytes, start, at - start, StandardCharsets.UTF_8);
          if (!add(line, number, at == bytes.length - 1)) {
            break;
          }
          start = at + 1;
        }
      }
      dropped = start < bytes.length;
      if (repair && dropped) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(start).force(true);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean add(String line, int number, boolean last) {
    try {
      records.add(RunRecord.fromJson(line));
      return true;
    } catch (IOException e) {
      if (last) {
        return false;
      }
      throw new DataException(
          file
              + ":"
              + number
              + ": is not a finished run: "
              + e.getMessage()
              + "; delete the line to train that run again",
          e);
    }
  }

  /** Whether a half-written line was found at the end. */
  boolean droppedHalfLine() {
    return dropped;
  }

  /** The runs in the order in which they finished. */
  List<RunRecord> records() {
    return List.copyOf(records);
  }

  /** Adds a run; when this returns it survives a power cut. */
  void append(RunRecord run) {
    byte[] line = (run.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer rest = ByteBuffer.wrap(line);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    records.add(run);
  }
}
