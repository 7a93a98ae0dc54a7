package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders of rows. */
final class ShuffleTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 17, 1000, 4096, 65_537})
  void isAPermutationThatDiffersByEpochAndSeed(long rows) {
    long[] order = order(new Shuffle(rows, true, 1), rows, 0);
    assertThat(LongStream.of(order).sorted().toArray())
        .isEqualTo(LongStream.range(0, rows).toArray());
    if (rows > 100) {
      assertThat(order(new Shuffle(rows, true, 1), rows, 1)).isNotEqualTo(order);
      assertThat(order(new Shuffle(rows, true, 2), rows, 0)).isNotEqualTo(order);
      assertThat(order(new Shuffle(rows, true, 1), rows, 0)).isEqualTo(order);
    }
  }

  @Test
  void mixesWell() {
    int rows = 10_000;
    long[] order = order(new Shuffle(rows, true, 3), rows, 0);
    double distance = 0;
    for (int i = 0; i < rows; i++) {
      distance += Math.abs(order[i] - i);
    }
    // the mean distance of a random permutation is n/3
    assertThat(distance / rows).isBetween(3200.0, 3470.0);
  }

  @Test
  void keepsTheOrderWhenNotShuffled() {
    assertThat(order(new Shuffle(9, false, 1), 9, 5)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  private static long[] order(Shuffle shuffle, long rows, long epoch) {
    long[] order = new long[(int) rows];
    shuffle.rows(epoch, 0, (int) rows, order);
    return order;
  }
}
