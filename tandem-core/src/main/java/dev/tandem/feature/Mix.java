package dev.tandem.feature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** 64-bit hashes. The hash of hashed crosses is part of the archive format: it never changes. */
final class Mix {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Mix() {}

  /** Of bytes: eight at a time, little-endian, then the rest big-endian. */
  static long of(byte[] bytes, int from, int length) {
    long h = length * 0x9E3779B97F4A7C15L;
    int i = from;
    int end = from + length;
    for (; i + 8 <= end; i += 8) {
      h = (h ^ (long) LONGS.get(bytes, i)) * 0xBF58476D1CE4E5B9L;
      h ^= h >>> 29;
    }
    long tail = 0;
    if (i < end && i + 8 <= bytes.length) {
      // The same eight bytes at once; those behind the end are shifted out.
      tail = Long.reverseBytes((long) LONGS.get(bytes, i)) >>> (64 - 8 * (end - i));
    } else {
      for (; i < end; i++) {
        tail = tail << 8 | (bytes[i] & 0xff);
      }
    }
    return of(h ^ tail);
  }

  /**
   * Whether {@code length} bytes are equal; short texts, which most values are, eight at a time.
   */
  static boolean equal(byte[] a, int fromA, byte[] b, int fromB, int length) {
    if (length > 16 || fromA + 8 > a.length || fromB + 8 > b.length) {
      return Arrays.equals(a, fromA, fromA + length, b, fromB, fromB + length);
    }
    long first = (long) LONGS.get(a, fromA) ^ (long) LONGS.get(b, fromB);
    if (length <= 8) {
      return length == 0 || first << (64 - 8 * length) == 0;
    }
    return first == 0
        && (long) LONGS.get(a, fromA + length - 8) == (long) LONGS.get(b, fromB + length - 8);
  }

  /** The finaliser of SplitMix64: every input bit reaches every output bit. */
  static long of(long x) {
    long z = x * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
