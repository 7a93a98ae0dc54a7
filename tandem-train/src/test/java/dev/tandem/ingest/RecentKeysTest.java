package dev.tandem.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentKeysTest {
  private static final int CAPACITY = 3_000;

  /** Whatever was asked for last is known; a number is never another key's. */
  @Test
  void theLastKeysAreKnownAndNoNumberIsGivenTwice() {
    RecentKeys keys = new RecentKeys(CAPACITY);
    RecentKeys again = new RecentKeys(CAPACITY);
    Map<Long, Long> latest = new HashMap<>();
    LinkedHashSet<Long> recent = new LinkedHashSet<>(); // the CAPACITY asked for last
    Random random = new Random(5);
    long fresh = 0;
    long forgotten = 0;
    for (int i = 0; i < 100_000; i++) {
      // Half of the keys come back often, some of them with an equal half.
      long key = random.nextBoolean() ? random.nextInt(1_500) : random.nextInt(60_000);
      long number = keys.numberOf(key / 7, key % 7 << 32, fresh);
      assertThat(again.numberOf(key / 7, key % 7 << 32, fresh)).isEqualTo(number);
      if (number == fresh) {
        assertThat(recent.contains(key)).as("known of late").isFalse();
        forgotten += latest.containsKey(key) ? 1 : 0;
        latest.put(key, fresh++);
      }
      assertThat(latest.get(key)).isEqualTo(number);
      recent.remove(key);
      recent.add(key);
      if (recent.size() > CAPACITY) {
        recent.remove(recent.iterator().next());
      }
    }
    assertThat(forgotten).isPositive();
    assertThat(fresh).isLessThan(60_000);
  }
}
