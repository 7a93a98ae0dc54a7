package dev.tandem.ingest;

import java.util.OptionalDouble;

/** Measures the rate of a phase and tells a listener. Owned by one thread. */
final class Watch {
  private static final long PERIOD_NANOS = 250_000_000;

  private final Progress progress;
  private String phase = "";
  private long rows;
  private long total;
  private long started;
  private long told;

  Watch(Progress progress) {
    this.progress = progress;
  }

  void phase(String name) {
    phase(name, 0);
  }

  /** Begins a phase of {@code total} rows, 0 when unknown. */
  void phase(String name, long total) {
    this.phase = name;
    this.total = total;
    this.rows = 0;
    this.started = System.nanoTime();
    tell(started);
  }

  void rows(long more) {
    rows += more;
    long now = System.nanoTime();
    if (now - told > PERIOD_NANOS || rows == total) {
      tell(now);
    }
  }

  private void tell(long now) {
    told = now;
    double seconds = (now - started) / 1e9;
    double rate = seconds > 0 ? rows / seconds : 0;
    progress.at(
        new Progress.State(
            phase,
            rows,
            rate,
            total > 0 && rate > 0
                ? OptionalDouble.of((total - rows) / rate)
                : OptionalDouble.empty()));
  }
}
