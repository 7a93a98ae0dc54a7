package dev.tandem.embedding;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers as a pure function of a key and a counter.
 *
 * <p>The value number {@code n} of a stream is the SplitMix64 finaliser (Steele, Lea, Flood, OOPSLA
 * 2014) of {@code key + n · γ}: there is no state to save, any number can be drawn at any time, by
 * any thread, in any order. Streams of different names or seeds are independent for our purposes.
 * Immutable.
 */
public final class CounterRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private final long key;

  private CounterRandom(long key) {
    this.key = key;
  }

  /** The stream called {@code name} of a seed. */
  public static CounterRandom of(long seed, String name) {
    long hash = 0xCBF29CE484222325L; // FNV-1a, 64 bits
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return new CounterRandom(mix(mix(seed + GAMMA) ^ hash));
  }

  /** The stream number {@code index} within this one, for example of a step. */
  public CounterRandom at(long index) {
    return new CounterRandom(mix(key ^ mix(index + GAMMA)));
  }

  /** 64 random bits. */
  public long bits(long counter) {
    return mix(key + (counter + 1) * GAMMA);
  }

  /** Uniform in the open interval (0, 1), with 53 bits. */
  public double uniform(long counter) {
    return ((bits(counter) >>> 11) + 0.5) * UNIT;
  }

  /** Uniform over 0 … bound − 1; the bias of at most bound / 2⁶⁴ is of no account. */
  public int below(long counter, int bound) {
    return (int) Math.multiplyHigh(bits(counter) >>> 1, (long) bound << 1);
  }

  /** Standard normal, by inversion of the distribution function. */
  public double normal(long counter) {
    return NormalQuantile.of(uniform(counter));
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
