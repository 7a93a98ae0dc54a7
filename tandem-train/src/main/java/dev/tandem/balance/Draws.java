package dev.tandem.balance;

/**
 * Random numbers as a pure function of seed, step and position (SplitMix64), so that a resumed run
 * draws what an uninterrupted one would have.
 */
final class Draws {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  Draws(long seed, long step) {
    state = mix(mix(seed) + GAMMA * (step + 1));
  }

  /** Uniform on the open interval (0, 1). */
  double uniform() {
    state += GAMMA;
    return ((mix(state) >>> 12) + 0.5) * 0x1p-52;
  }

  /** Standard normal, by Box and Muller. */
  double normal() {
    double radius = Math.sqrt(-2 * Math.log(uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  }

  /** All tasks but one, in random order (Fisher and Yates). */
  int[] others(int tasks, int but) {
    int[] order = new int[tasks - 1];
    for (int i = 0; i < order.length; i++) {
      order[i] = i < but ? i : i + 1;
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) (uniform() * (i + 1));
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
