package dev.tandem.simulate;

import dev.tandem.parquet.ColumnBuffer;

/**
 * What each user did before and beside the impressions of the log, by behaviour type. Every user
 * has two latent interests; a behaviour type shows a mixture of them. Event {@code j} of a (user,
 * type) pair has a known place in time, so the last events before any moment are found without a
 * search. Not thread-safe.
 */
final class History {
  /** Behaviour types; {@code watched} shows both interests, the others mostly one. */
  static final String[] TYPES = {"watched", "liked", "long_viewed"};

  private static final double[] PER_DAY = {2.5, 0.7, 1.3};
  private static final double DAY = 86_400_000.0;
  private static final int CANDIDATES = 6;
  private static final int PACE = 300;
  private static final int EVENTS = 310;

  private final World world;
  private final Draws draws;
  private final double[][] shows;
  private final long begin;

  History(World world) {
    this.world = world;
    this.draws = new Draws(world.simulation.seed());
    double s = world.simulation.separation();
    this.shows = new double[][] {{0.5, 0.5}, {1 - s, s}, {s, 1 - s}};
    this.begin = Clock.START - (long) (Simulation.HISTORY_DAYS * DAY);
  }

  /** Milliseconds between two events of a type; infinite for the one user in twenty without any. */
  private double gap(int user, int type) {
    draws.at(PACE, user);
    double activity = Math.exp(0.6 * draws.normal());
    return draws.uniform() < 0.05 ? Double.POSITIVE_INFINITY : DAY / (PER_DAY[type] * activity);
  }

  /**
   * Appends the last events of a type strictly before {@code time}, most recent first, at most the
   * history length.
   */
  void before(int user, int type, long time, ColumnBuffer items, ColumnBuffer times) {
    double gap = gap(user, type);
    if (gap < Double.POSITIVE_INFINITY) {
      long j = (long) Math.floor((time - begin) / gap);
      for (int n = 0; n < world.simulation.historyLength() && j >= 0; j--) {
        long at = event(user, type, j, gap);
        if (at < time) {
          items.addInt(item(user, type));
          times.addLong(at);
          n++;
        }
      }
    }
    items.endList();
    times.endList();
  }

  /** Appends all events of a type before {@code end}, oldest first. */
  void all(int user, int type, long end, Appender to) {
    double gap = gap(user, type);
    for (long j = 0; gap < Double.POSITIVE_INFINITY; j++) {
      long at = event(user, type, j, gap);
      if (at >= end) {
        return;
      }
      to.event(user, type, item(user, type), at);
    }
  }

  /** Takes one event of the log. */
  interface Appender {
    void event(int user, int type, int item, long time);
  }

  /** Goes to event {@code j} and returns its time; {@link #item} then draws what it was about. */
  private long event(int user, int type, long j, double gap) {
    draws.at(EVENTS + type, ((long) user << 32) + j);
    return begin + (long) Math.floor((j + draws.uniform()) * gap);
  }

  private int item(int user, int type) {
    int best = draws.skewed(world.items, 1.5);
    if (draws.uniform() < world.simulation.accidents()) {
      return best;
    }
    double bestScore = score(user, type, best);
    for (int c = 1; c < CANDIDATES; c++) {
      int item = draws.skewed(world.items, 1.5);
      double score = score(user, type, item);
      if (score > bestScore) {
        best = item;
        bestScore = score;
      }
    }
    return best;
  }

  private double score(int user, int type, int item) {
    return shows[type][0] * world.interest(user, 0, item)
        + shows[type][1] * world.interest(user, 1, item);
  }
}
