package dev.tandem.simulate;

import java.util.List;

/** Platforms with a purpose. Each is a starting point whose options may be changed. */
public enum Preset {
  /** The ordinary platform. */
  STANDARD("six behaviours of one funnel that mostly agree"),
  /** Few, strong rows per second of training: what the demo learns from. */
  DEMO(
      "few users and items with a strong signal, so that seconds of training show the effect",
      "signal=1.2",
      "conflict=0.2") {
    @Override
    public Simulation of(long rows, long seed) {
      return super.of(rows, seed).with("users=" + Math.max(100, rows / 500));
    }
  },
  /** Tasks that hurt each other. */
  CONFLICT("a purchase branch that turns against the others", "relatedness=0.7", "conflict=0.9"),
  /** Selection bias in the funnel. */
  CONFOUNDED(
      "a hidden mood that biases what is learned from clicked rows alone", "confounding=1.2"),
  /** Histories as list columns, each task needing another behaviour type. */
  SEQUENCES(
      "histories watched, liked, long_viewed as list columns; each task needs another one",
      "histories=columns"),
  /** The same with an event log. */
  EVENTS("the same histories as an event log, to be joined point in time", "histories=events"),
  /** Positives that are hard to come by. */
  SPARSE(
      "every behaviour about five times rarer, a tenth of the labels lost",
      "rates=[0.08, 0.3, 0.1, 0.15, 0.1, 0.3]",
      "relatedness=0.9",
      "conflict=0.1",
      "missing=0.1");

  private final String purpose;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
  private final List<String> settings;

  Preset(String purpose, String... settings) {
    this.purpose = purpose;
    this.settings = List.of(settings);
  }

  /** What it is for, in one line. */
  public String purpose() {
    return purpose;
  }

  /** The platform with that many rows. */
  public Simulation of(long rows, long seed) {
    return Simulation.of(rows, seed).with(settings);
  }
}
