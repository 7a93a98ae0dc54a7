package dev.tandem.bench;

import dev.tandem.ingest.Progress;

/** Prints how long each phase of preparing data took. Used by one thread. */
final class Phases implements Progress {
  private String phase = "";
  private long since = System.nanoTime();

  @Override
  public void at(State state) {
    at(state.phase());
  }

  /** Ends the phase before. */
  void at(String next) {
    if (!next.equals(phase)) {
      long now = System.nanoTime();
      if (!phase.isEmpty()) {
        System.out.printf("%6.2f s %s%n", (now - since) / 1e9, phase);
      }
      phase = next;
      since = now;
    }
  }
}
