package dev.tandem.metric;

/**
 * Draws of one bootstrap replicate. A generator of our own (SplitMix64) rather than the JDK's, so
 * that a seed means the same draws on every Java version.
 */
final class Resample {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Replicates have independent streams, so that they can run in any order or at once. */
  Resample(long seed, int replicate) {
    state = mix(mix(seed) + GAMMA * (replicate + 1L));
  }

  /** How often each of {@code size} units occurs among {@code size} draws with replacement. */
  int[] times(int size) {
    int[] times = new int[size];
    for (int i = 0; i < size; i++) {
      times[below(size)]++;
    }
    return times;
  }

  /** Multiplying the upper 31 bits has a bias below size/2^31, far under the sampling noise. */
  private int below(int bound) {
    state += GAMMA;
    return (int) (((mix(state) >>> 33) * bound) >>> 31);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
