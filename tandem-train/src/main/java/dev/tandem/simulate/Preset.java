package dev.tandem.simulate;

import java.util.List;

/** Platforms with a purpose. Each is a starting point whose options may be changed. */
public enum Preset {
  /** The ordinary platform. */
  STANDARD("six behaviours of one funnel that mostly agree") {
    @Override
    public Simulation of(long rows, long seed) {
      return Simulation.of(rows, seed);
    }
  },
  /** Few, strong rows per second of training: what the demo learns from. */
  DEMO("few users and items with a strong signal, so that seconds of training show the effect") {
    @Override
    public Simulation of(long rows, long seed) {
      Simulation s = Simulation.of(rows, seed);
      int users = (int) Math.max(100, Math.min(s.userCount(), rows / 500));
      return new Simulation(
          rows,
          seed,
          users,
          s.items(),
          s.days(),
          s.rates(),
          1,
          1.2,
          0,
          0.8,
          0.2,
          0.5,
          0,
          0,
          Histories.NONE,
          20,
          1.5,
          0.9,
          0.2,
          0.1,
          0.1);
    }
  },
  /** Tasks that hurt each other. */
  CONFLICT("a purchase branch that turns against the others") {
    @Override
    public Simulation of(long rows, long seed) {
      return Simulation.of(rows, seed).withRelations(0.7, 0.9);
    }
  },
  /** Selection bias in the funnel. */
  CONFOUNDED("a hidden mood that biases what is learned from clicked rows alone") {
    @Override
    public Simulation of(long rows, long seed) {
      return Simulation.of(rows, seed).withConfounding(1.2);
    }
  },
  /** Histories as list columns, each task needing another behaviour type. */
  SEQUENCES("histories watched, liked, long_viewed as list columns; each task needs another one") {
    @Override
    public Simulation of(long rows, long seed) {
      return Simulation.of(rows, seed).withHistories(Histories.COLUMNS);
    }
  },
  /** The same with an event log. */
  EVENTS("the same histories as an event log, to be joined point in time") {
    @Override
    public Simulation of(long rows, long seed) {
      return Simulation.of(rows, seed).withHistories(Histories.EVENTS);
    }
  },
  /** Positives that are hard to come by. */
  SPARSE("every behaviour about five times rarer, a tenth of the labels lost") {
    @Override
    public Simulation of(long rows, long seed) {
      Simulation s = Simulation.of(rows, seed);
      return new Simulation(
          rows,
          seed,
          0,
          0,
          s.days(),
          List.of(0.08, 0.3, 0.1, 0.15, 0.1, 0.3),
          1,
          1,
          0,
          0.9,
          0.1,
          0.5,
          0,
          0.1,
          Histories.NONE,
          20,
          1.5,
          0.9,
          0.2,
          0.1,
          0.1);
    }
  };

  private final String purpose;

  Preset(String purpose) {
    this.purpose = purpose;
  }

  /** What it is for, in one line. */
  public String purpose() {
    return purpose;
  }

  /** The platform with that many rows. */
  public abstract Simulation of(long rows, long seed);
}
