package dev.tandem.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 texts numbered from 1 in the order in which they were added, side by side in one array,
 * found by a hash table whose slots carry 32 bits of the hash so that a miss rarely touches a text.
 */
public final class TextVocabulary implements Vocabulary {
  private static final int AHEAD = 256;

  private byte[] bytes = new byte[256];
  private int[] ends; // [capacity], by id - 1
  private long[] slots; // hash << 32 | id; 0: free
  private int size;

  /** An empty vocabulary, to be filled by {@link #add} before anyone else sees it. */
  public TextVocabulary() {
    this(16);
  }

  /** The same with room for a number of values. */
  private TextVocabulary(int room) {
    this.ends = new int[Math.max(16, room)];
    this.slots = new long[(int) Math.min(1 << 30, 4L * Integer.highestOneBit(ends.length))];
  }

  /** The id of {@code text}, given now if it has none. */
  public int add(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return add(utf8, 0, utf8.length);
  }

  /** The id of the text in {@code length} bytes from {@code from}, given now if it has none. */
  public int add(byte[] text, int from, int length) {
    int hash = hash(text, from, length);
    int slot = find(hash, text, from, length);
    if (slots[slot] != 0) {
      return (int) slots[slot];
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
    }
    int start = size == 0 ? 0 : ends[size - 1];
    int end = start + length;
    if (end < 0) {
      throw new DataException(
          "a vocabulary holds more than 2 GiB of text ("
              + size
              + " values); raise min_count, or hash the column in sql");
    }
    if (end > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
    }
    System.arraycopy(text, from, bytes, start, length);
    ends[size++] = end;
    slots[slot] = (long) hash << 32 | size;
    if (size > slots.length / 2) {
      rehash(slots.length * 2);
    }
    return size;
  }

  @Override
  public int id(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return id(utf8, 0, utf8.length);
  }

  /** The id of the text in {@code length} bytes from {@code from}, 0 when unknown. */
  public int id(byte[] text, int from, int length) {
    return (int) slots[find(hash(text, from, length), text, from, length)];
  }

  /**
   * The ids of {@code count} texts that lie side by side. As in {@link LongVocabulary#ids}, memory
   * is read for many texts before any of it is looked at.
   */
  void ids(byte[] texts, int[] offsets, int from, int count, int[] ids, int to) {
    int ahead = Math.min(count, AHEAD);
    int[] hashes = new int[ahead];
    long[] entries = new long[ahead];
    int[] starts = new int[ahead];
    byte[] heads = new byte[ahead];
    int mask = slots.length - 1;
    for (int first = from; first < from + count; first += ahead) {
      int some = Math.min(ahead, from + count - first);
      for (int i = 0; i < some; i++) {
        int at = offsets[first + i];
        hashes[i] = hash(texts, at, offsets[first + i + 1] - at);
        entries[i] = slots[hashes[i] & mask];
      }
      for (int i = 0; i < some; i++) {
        starts[i] = start(Math.max(1, (int) entries[i]));
      }
      for (int i = 0; i < some; i++) {
        heads[i] = bytes[Math.min(starts[i], bytes.length - 1)];
      }
      for (int i = 0; i < some; i++) {
        int at = offsets[first + i];
        int length = offsets[first + i + 1] - at;
        int id = (int) entries[i];
        boolean found =
            id == 0
                || ((int) (entries[i] >>> 32) == hashes[i]
                    && length > 0
                    && heads[i] == texts[at]
                    && ends[id - 1] - starts[i] == length
                    && Mix.equal(bytes, starts[i], texts, at, length));
        ids[to + first - from + i] = found ? id : (int) slots[find(hashes[i], texts, at, length)];
      }
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String text(int id) {
    int start = start(id);
    return new String(bytes, start, ends[id - 1] - start, StandardCharsets.UTF_8);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    for (int id = 1; id <= size; id++) {
      int start = start(id);
      int length = ends[id - 1] - start;
      out.writeInt(length);
      out.write(bytes, start, length);
    }
  }

  static TextVocabulary read(DataInput in, int size) throws IOException {
    TextVocabulary vocabulary = new TextVocabulary(size);
    for (int i = 0; i < size; i++) {
      byte[] text = new byte[in.readInt()];
      in.readFully(text);
      vocabulary.add(text, 0, text.length);
    }
    return vocabulary;
  }

  private int start(int id) {
    return id == 1 ? 0 : ends[id - 2];
  }

  private int find(int hash, byte[] text, int from, int length) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      long entry = slots[slot];
      if ((int) (entry >>> 32) == hash) {
        int start = start((int) entry);
        if (ends[(int) entry - 1] - start == length
            && Mix.equal(bytes, start, text, from, length)) {
          return slot;
        }
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void rehash(int capacity) {
    long[] old = slots;
    slots = new long[capacity];
    int mask = capacity - 1;
    for (long entry : old) {
      if (entry != 0) {
        int slot = (int) (entry >>> 32) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
      }
    }
  }

  private static int hash(byte[] text, int from, int length) {
    return (int) (Mix.of(text, from, length) >>> 32);
  }
}
