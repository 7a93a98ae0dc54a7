package dev.tandem.cli;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.ingest.RawRows;
import dev.tandem.ingest.Reject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Stream;

/** How far the scoring of raw rows has come, and what was found in them, on standard error. */
final class ScoringProgress {
  private static final long QUIET_NANOS = 3_000_000_000L;

  private final String what;
  private final PrintWriter err;
  private final long start = System.nanoTime();
  private long next = start + QUIET_NANOS;
  private long rows;

  ScoringProgress(String what, PrintWriter err) {
    this.what = what;
    this.err = err;
  }

  /** Counts a block, if there was one. */
  boolean counted(boolean filled, Batch block) {
    if (filled) {
      rows += block.rows();
      long now = System.nanoTime();
      if (now >= next) {
        next = now + QUIET_NANOS;
        err.printf("%s: %,d rows, %,.0f rows/s%n", what, rows, rows / ((now - start) / 1e9));
        err.flush();
      }
    }
    return filled;
  }

  /** Says what the model does not know of these rows. */
  void findings(RawRows raw) {
    EncodingCounts counts = raw.counts();
    if (!counts.missingColumns().isEmpty()) {
      err.printf(
          "%s: the data have no columns %s; they count as missing%n",
          what, String.join(", ", counts.missingColumns()));
    }
    raw.logs()
        .forEach(
            (source, files) ->
                err.printf(
                    "%s: histories are joined from source %s: %s%n",
                    what, source, String.join(", ", files)));
    raw.notes().forEach(note -> err.printf("%s: %s%n", what, note));
    each("rows with more steps than max; the most recent are kept", counts.cut());
    each("rows whose steps were not in the declared order; they are sorted", counts.sorted());
    each("values never seen in training", counts.unseen());
    malformed(raw);
    if (raw.setAside() > 0) {
      err.printf("%s: the labels of %,d malformed rows do not count%n", what, raw.setAside());
    }
    if (!raw.rejects().isEmpty()) {
      Reject first = raw.rejects().get(0);
      err.printf(
          "%s: %,d lines cannot be read and are left out, the first: %s:%d: %s: %s%n",
          what, raw.rejects().size(), first.file(), first.line(), first.reason(), first.text());
    }
    err.flush();
  }

  private void malformed(RawRows raw) {
    largest(raw.counts().malformed())
        .forEach(
            e -> {
              Reject first = raw.firstMalformed().get(e.getKey());
              err.printf(
                  "%s: %s: %,d values that cannot be read, taken as missing%s%n",
                  what,
                  e.getKey(),
                  e.getValue(),
                  first == null
                      ? ""
                      : ", the first '%s' in %s, row %d"
                          .formatted(first.text(), first.file(), first.line()));
            });
  }

  private void each(String title, Map<String, Long> counts) {
    largest(counts)
        .forEach(e -> err.printf("%s: %s: %,d %s%n", what, e.getKey(), e.getValue(), title));
  }

  private static Stream<Map.Entry<String, Long>> largest(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(5);
  }
}
