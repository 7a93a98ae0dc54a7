package dev.tandem.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** Integers, or numbers by their bits, numbered from 1 in the order in which they were added. */
public final class LongVocabulary implements Vocabulary {
  /** What the 64 bits of a value mean. */
  public enum Meaning {
    /** A signed integer. */
    INTEGER,
    /** A double precision number, negative zero taken as zero. */
    REAL
  }

  private static final int AHEAD = 256;

  /** Values that are read from a file at once. */
  private static final int READ = 8192;

  private final Meaning meaning;
  private long[] values; // [capacity], by id - 1
  private int[] slots; // ids, 0: free
  private int size;

  /** An empty vocabulary, to be filled by {@link #add} before anyone else sees it. */
  public LongVocabulary(Meaning meaning) {
    this(meaning, 16);
  }

  /** The same with room for a number of values. */
  private LongVocabulary(Meaning meaning, int room) {
    this.meaning = meaning;
    this.values = new long[Math.max(16, room)];
    this.slots = new int[(int) Math.min(1 << 30, 4L * Integer.highestOneBit(values.length))];
  }

  /** What the values mean. */
  public Meaning meaning() {
    return meaning;
  }

  /** The bits under which a number is kept. */
  public static long bits(double value) {
    return Double.doubleToLongBits(value == 0 ? 0.0 : value);
  }

  /** The id of {@code value}, given now if it has none. */
  public int add(long value) {
    int slot = find(value);
    if (slots[slot] != 0) {
      return slots[slot];
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.addExact(size, size));
    }
    values[size++] = value;
    slots[slot] = size;
    if (size > slots.length / 2) {
      rehash(slots.length * 2);
    }
    return size;
  }

  /** The id of {@code value}, 0 when unknown. */
  public int id(long value) {
    return slots[find(value)];
  }

  /**
   * The ids of {@code count} values. A large table is far larger than the caches: all slots of some
   * values are read before any is looked at, and so are the values that stand in them, so that the
   * processor waits for memory once for many values.
   */
  void ids(long[] sought, int from, int count, int[] ids, int to) {
    int[] entries = new int[Math.min(count, AHEAD)];
    long[] found = new long[entries.length];
    int mask = slots.length - 1;
    for (int first = 0; first < count; first += entries.length) {
      int some = Math.min(entries.length, count - first);
      for (int i = 0; i < some; i++) {
        entries[i] = slots[(int) (Mix.of(sought[from + first + i]) >>> 32) & mask];
      }
      for (int i = 0; i < some; i++) {
        found[i] = values[Math.max(0, entries[i] - 1)];
      }
      for (int i = 0; i < some; i++) {
        long value = sought[from + first + i];
        ids[to + first + i] =
            entries[i] == 0 || found[i] == value ? entries[i] : slots[find(value)];
      }
    }
  }

  /** The value with id {@code id}. */
  public long value(int id) {
    return values[id - 1];
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String text(int id) {
    return meaning == Meaning.INTEGER
        ? Long.toString(value(id))
        : Double.toString(Double.longBitsToDouble(value(id)));
  }

  @Override
  public int id(String text) {
    try {
      return meaning == Meaning.INTEGER
          ? id(Long.parseLong(text.trim()))
          : id(bits(Double.parseDouble(text)));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    for (int i = 0; i < size; i++) {
      out.writeLong(values[i]);
    }
  }

  static LongVocabulary read(DataInput in, int size, Meaning meaning) throws IOException {
    LongVocabulary vocabulary = new LongVocabulary(meaning, size);
    byte[] bytes = new byte[Long.BYTES * Math.min(size, READ)];
    for (int from = 0; from < size; from += READ) {
      int count = Math.min(READ, size - from);
      in.readFully(bytes, 0, Long.BYTES * count);
      LongBuffer longs = ByteBuffer.wrap(bytes).asLongBuffer();
      for (int i = 0; i < count; i++) {
        vocabulary.add(longs.get(i));
      }
    }
    return vocabulary;
  }

  private int find(long value) {
    int mask = slots.length - 1;
    int slot = (int) (Mix.of(value) >>> 32) & mask;
    while (slots[slot] != 0 && values[slots[slot] - 1] != value) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void rehash(int capacity) {
    slots = new int[capacity];
    for (int i = 0; i < size; i++) {
      slots[find(values[i])] = i + 1;
    }
  }
}
