package dev.tandem.ingest;

/**
 * Numbers of 128-bit keys in bounded memory: at least the {@code capacity} keys that were asked for
 * last are known, at most twice as many, in 48 to 96 bytes each. A young table takes what is asked
 * for; when it is full it becomes the old one, and what was in the old one only is forgotten. What
 * is known depends on the keys and their order alone. Owned by one thread.
 */
final class RecentKeys {
  private final int capacity;
  private Slots young = new Slots();
  private Slots old = new Slots();

  RecentKeys(int capacity) {
    this.capacity = capacity;
  }

  /** The number of a key; {@code fresh}, which it has from now on, when it has none. */
  long numberOf(long first, long second, long fresh) {
    int slot = young.find(first, second);
    if (young.holds(slot)) {
      return young.number(slot);
    }
    int before = old.find(first, second);
    long number = old.holds(before) ? old.number(before) : fresh;
    if (young.size == capacity) {
      old = young;
      young = new Slots();
      slot = young.find(first, second);
    }
    young.put(slot, first, second, number);
    return number;
  }

  /** An open-addressed table that is never more than half full. */
  private static final class Slots {
    private long[] slots = new long[3 * 1024]; // key, key, number + 1; 0: free
    private int size;

    int find(long first, long second) {
      int mask = slots.length / 3 - 1;
      int slot = (int) (second >>> 32) & mask;
      while (holds(slot) && (slots[3 * slot] != first || slots[3 * slot + 1] != second)) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    boolean holds(int slot) {
      return slots[3 * slot + 2] != 0;
    }

    long number(int slot) {
      return slots[3 * slot + 2] - 1;
    }

    void put(int slot, long first, long second, long number) {
      slots[3 * slot] = first;
      slots[3 * slot + 1] = second;
      slots[3 * slot + 2] = number + 1;
      size++;
      if (2 * size > slots.length / 3) {
        grow();
      }
    }

    private void grow() {
      long[] before = slots;
      slots = new long[2 * before.length];
      size = 0;
      for (int s = 0; s < before.length; s += 3) {
        if (before[s + 2] != 0) {
          put(find(before[s], before[s + 1]), before[s], before[s + 1], before[s + 2] - 1);
        }
      }
    }
  }
}
