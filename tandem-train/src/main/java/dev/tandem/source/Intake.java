package dev.tandem.source;

import dev.tandem.parquet.Columns;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Reads the lines of raw files through a parser into {@link PartFiles}, setting malformed ones
 * aside.
 */
final class Intake {
  private final SetAside aside;
  private final LongConsumer progress;
  private long lines;

  Intake(SetAside aside, LongConsumer progress) {
    this.aside = aside;
    this.progress = progress;
  }

  /** Turns one line into one row of {@code to}, which it touches only when nothing is wrong. */
  interface Parser {
    /**
     * Parses.
     *
     * @param row number of rows taken before, which the row may record
     * @return whether a row was appended; false leaves the line out by rule
     */
    boolean parse(Line line, long row, Columns to) throws Malformed;
  }

  /** Takes one line itself. */
  interface Taker {
    /**
     * Takes.
     *
     * @param row number of rows taken before
     * @return whether it was a row; false leaves the line out by rule
     */
    boolean take(Line line, long row) throws Malformed;
  }

  /** Decides which part takes the row of a given number. */
  interface Route {
    int part(long row);
  }

  /**
   * Reads one file into parts.
   *
   * @param skip lines at its beginning that are no rows
   */
  void read(Path file, int skip, Parser parser, Route route, PartFiles to) {
    long[] skipped = {0};
    read(
        file,
        (line, row) -> {
          if (skipped[0] < skip) {
            skipped[0]++;
            return false;
          }
          int part = route.part(row);
          boolean taken = parser.parse(line, row, to.at(part));
          if (taken) {
            to.added(part);
          }
          return taken;
        });
  }

  /** Reads one file line by line. */
  void read(Path file, Taker taker) {
    Line line = new Line();
    long row = 0;
    try (LineFile in = new LineFile(file)) {
      for (boolean more = true; more; ) {
        try {
          more = in.next(line);
          if (more) {
            aside.seen();
            row += taker.take(line, row) ? 1 : 0;
          }
        } catch (Malformed e) {
          aside.reject(file, in.number(), String.valueOf(e.getMessage()), line);
        }
        if (++lines % 65_536 == 0) {
          progress.accept(lines);
        }
      }
    }
  }
}
