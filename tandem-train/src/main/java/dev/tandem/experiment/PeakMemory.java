package dev.tandem.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest resident memory of this process, as Linux counts it. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /** Begins to count anew, where the system lets it; otherwise the peak is that of the process. */
  static void reset() {
    try {
      if (Files.isWritable(CLEAR)) {
        Files.writeString(CLEAR, "5");
      }
    } catch (IOException e) {
      // Some containers show the file and refuse the writing: the peak then covers earlier runs.
    }
  }

  /** Bytes since the last {@link #reset}; −1 where the system does not tell. */
  static long bytes() {
    try {
      if (Files.isReadable(STATUS)) {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith("VmHWM:")) {
            return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
          }
        }
      }
    } catch (IOException e) {
      // As where there is no such file.
    }
    return -1;
  }
}
