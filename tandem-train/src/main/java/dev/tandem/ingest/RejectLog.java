package dev.tandem.ingest;

import dev.tandem.config.Rejects;
import dev.tandem.feature.DataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows that were set aside, and the limit that stops a run. Owned by one thread. */
final class RejectLog {
  private static final int SHOWN = 5;

  private final Rejects limit;
  private final List<Reject> rejects = new ArrayList<>();
  private long read;

  RejectLog(Rejects limit) {
    this.limit = limit;
  }

  /** Lines of text that could not be read. */
  void add(List<Reject> more) {
    rejects.addAll(more);
  }

  /** Rows of a block that are set aside, each with its reason. */
  void add(List<Long> positions, List<String> reasons, Rows rows) {
    for (int i = 0; i < positions.size(); i++) {
      rejects.add(rows.table().reject(positions.get(i), reasons.get(i)));
    }
  }

  void read(long rows) {
    read += rows;
  }

  long readRows() {
    return read;
  }

  long count() {
    return rejects.size();
  }

  /** Stops the run when more rows were set aside than the configuration allows. */
  void check() {
    if (limit.exceededBy(rejects.size(), read)) {
      throw new DataException(
          rejects.size()
              + " of "
              + read
              + " rows cannot be used, more than data.rejects allows (the larger of "
              + limit.rows()
              + " rows and "
              + limit.share() * 100
              + " %): "
              + shown());
    }
  }

  private String shown() {
    StringBuilder text = new StringBuilder();
    for (Reject reject : rejects.subList(0, Math.min(SHOWN, rejects.size()))) {
      text.append("\n  ")
          .append(reject.file())
          .append(':')
          .append(reject.line())
          .append(": ")
          .append(reject.reason());
    }
    return rejects.size() > SHOWN ? text.append("\n  …").toString() : text.toString();
  }

  /** Writes the rows as CSV with the columns file, line, reason, text. */
  void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("file,line,reason,text\n");
      for (Reject reject : rejects) {
        out.write(
            quoted(reject.file())
                + ","
                + reject.line()
                + ","
                + quoted(reject.reason())
                + ","
                + quoted(reject.text())
                + "\n");
      }
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
