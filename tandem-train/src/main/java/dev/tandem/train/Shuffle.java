package dev.tandem.train;

import dev.tandem.embedding.CounterRandom;

/**
 * An order of the rows for every epoch, as a function of the seed: any position can be asked for at
 * any time, so a resumed run needs no state and twenty million rows no array.
 *
 * <p>A Feistel network over the smallest even number of bits that holds the rows; positions that
 * land outside walk on until they are inside (cycle walking). Immutable.
 */
final class Shuffle {
  private static final int ROUNDS = 6;

  private final long rows;
  private final boolean shuffled;
  private final long seed;
  private final int half;
  private final long mask;

  Shuffle(long rows, boolean shuffled, long seed) {
    this.rows = rows;
    this.shuffled = shuffled;
    this.seed = seed;
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(3, rows - 1));
    this.half = (bits + 1) / 2;
    this.mask = (1L << half) - 1;
  }

  /** The rows at positions {@code from … from + count − 1} of an epoch. */
  void rows(long epoch, long from, int count, long[] into) {
    CounterRandom random = CounterRandom.of(seed, "shuffle").at(epoch);
    for (int i = 0; i < count; i++) {
      long position = from + i;
      if (shuffled) {
        do {
          position = permute(random, position);
        } while (position >= rows);
      }
      into[i] = position;
    }
  }

  private long permute(CounterRandom random, long position) {
    long left = position >>> half;
    long right = position & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (random.bits(((long) round << 32) + right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }
}
