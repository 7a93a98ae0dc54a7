package dev.tandem.simulate;

/**
 * Random numbers by position: {@link #at} selects one of 2^64 independent sequences, so what is
 * drawn for a row, a user or an event never depends on what was drawn before. SplitMix64 (Steele,
 * Lea, Flood, OOPSLA 2014) with hashed starts. Not thread-safe; cheap to make.
 */
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  Draws(long seed) {
    this.seed = mix(seed + GOLDEN);
  }

  /** Goes to the start of sequence {@code index} of {@code stream}. */
  Draws at(int stream, long index) {
    state = mix(mix(seed + stream * 0xD1B54A32D192ED03L) ^ mix(index * GOLDEN + 1));
    return this;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** Uniform in 0 … n − 1. */
  int below(int n) {
    return (int) (uniform() * n);
  }

  /** 0 … n − 1 with the small ones more frequent: {@code skew} 1 is uniform, larger is steeper. */
  int skewed(int n, double skew) {
    double u = uniform();
    return (int) (n * (skew == 1.5 ? u * Math.sqrt(u) : Math.pow(u, skew)));
  }

  /** Standard normal (Box and Muller). */
  double normal() {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  }

  /** Standard Gumbel: the largest of scores plus such noises is a draw from their softmax. */
  double gumbel() {
    return -Math.log(-Math.log(Math.max(uniform(), 1e-300)));
  }
}
