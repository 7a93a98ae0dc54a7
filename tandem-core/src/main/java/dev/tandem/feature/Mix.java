package dev.tandem.feature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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
    for (; i < end; i++) {
      tail = tail << 8 | (bytes[i] & 0xff);
    }
    return of(h ^ tail);
  }

  /** The finaliser of SplitMix64: every input bit reaches every output bit. */
  static long of(long x) {
    long z = x * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
