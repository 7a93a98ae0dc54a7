package dev.tandem.simulate;

/**
 * When each impression happens: rows are in time order, evenings are busier than early mornings.
 */
final class Clock {
  /** Monday, 5 January 2026, 00:00 UTC, in milliseconds since 1970. */
  static final long START = 1_767_571_200_000L;

  static final long DAY = 86_400_000L;
  private static final double SWING = 0.8;

  private final double days;
  private final double rows;

  Clock(int days, long rows) {
    this.days = days;
    this.rows = rows;
  }

  /** Time of row {@code row}; {@code jitter} in [0, 1). Never earlier than the row before. */
  long at(long row, double jitter) {
    double position = (row + jitter) / rows * days;
    double day = Math.floor(position);
    // Increasing in the position because the swing is below one; flat, so dense, around 22:30.
    double x = position - day;
    double warped =
        x
            + SWING
                / (2 * Math.PI)
                * (Math.sin(2 * Math.PI * (x - 1.0 / 3)) + Math.sin(2 * Math.PI / 3));
    return START + (long) ((day + Math.min(warped, 0.99999999)) * DAY);
  }

  static int hour(long time) {
    return (int) ((time - START) % DAY / 3_600_000);
  }

  static int weekday(long time) {
    return (int) ((time - START) / DAY % 7);
  }
}
