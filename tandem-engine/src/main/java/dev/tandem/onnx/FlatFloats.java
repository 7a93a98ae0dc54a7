package dev.tandem.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Named blocks of floats in one direct buffer, each aligned to 64 bytes: all parameters, or all
 * their gradients, so that an optimiser is a flat loop. The gaps stay zero. Not thread-safe beyond
 * what its buffer is.
 */
public final class FlatFloats {
  private static final int ALIGN = 16;

  private final Map<String, Integer> offsets;
  private final Map<String, Integer> counts;
  private final FloatBuffer all;

  /** Zeros; {@code counts} gives each block's number of floats, in order. */
  public FlatFloats(Map<String, Integer> counts) {
    this.counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    Map<String, Integer> starts = new LinkedHashMap<>();
    int at = 0;
    for (Map.Entry<String, Integer> block : counts.entrySet()) {
      starts.put(block.getKey(), at);
      at = Math.addExact(at, (block.getValue() + ALIGN - 1) / ALIGN * ALIGN);
    }
    this.offsets = Collections.unmodifiableMap(starts);
    this.all = direct(at);
  }

  /** A direct buffer of zeros whose first element is aligned to 64 bytes. */
  public static FloatBuffer direct(int floats) {
    long bytes = (4L * floats + 63) / 64 * 64 + 64;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          floats + " floats in one buffer; at most " + (Integer.MAX_VALUE - 128) / 4 + " fit");
    }
    return ByteBuffer.allocateDirect((int) bytes)
        .alignedSlice(64)
        .order(ByteOrder.nativeOrder())
        .slice(0, 4 * floats)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Every float, gaps included. */
  public FloatBuffer all() {
    return all;
  }

  /** Number of floats, gaps included. */
  public int size() {
    return all.capacity();
  }

  /** Names and sizes, in order. */
  public Map<String, Integer> counts() {
    return counts;
  }

  /** First float of a block. */
  public int offset(String name) {
    return of(offsets, name);
  }

  /** Number of floats of a block. */
  public int count(String name) {
    return of(counts, name);
  }

  private static int of(Map<String, Integer> numbers, String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new NoSuchElementException("no block " + name + " among " + numbers.keySet());
    }
    return number;
  }

  /** A view of one block. */
  public FloatBuffer view(String name) {
    return all.slice(offset(name), count(name));
  }

  /** A copy of one block. */
  public float[] get(String name) {
    float[] copy = new float[count(name)];
    view(name).get(0, copy);
    return copy;
  }

  /** Replaces one block. */
  public void set(String name, float[] values) {
    if (values.length != count(name)) {
      throw new IllegalArgumentException(
          name + " has " + count(name) + " floats, not " + values.length);
    }
    view(name).put(0, values);
  }
}
