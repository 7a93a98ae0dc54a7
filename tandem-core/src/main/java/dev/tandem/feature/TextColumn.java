package dev.tandem.feature;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * UTF-8 texts side by side: value {@code i} is the bytes from {@code offsets[i]} to {@code
 * offsets[i + 1]}. The arrays are used as they are, without a copy.
 */
public final class TextColumn implements Column {
  final byte[] bytes;
  final int[] offsets;
  final boolean[] nulls;

  /** Wraps the arrays; {@code nulls} may be {@link Column#NO_NULLS}. */
  public TextColumn(byte[] bytes, int[] offsets, boolean[] nulls) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.nulls = nulls;
  }

  @Override
  public ColumnType type() {
    return ColumnType.TEXT;
  }

  @Override
  public boolean isNull(int i) {
    return nulls.length > 0 && nulls[i];
  }

  @Override
  public @Nullable Object value(int i) {
    return isNull(i)
        ? null
        : new String(bytes, offsets[i], offsets[i + 1] - offsets[i], StandardCharsets.UTF_8);
  }

  /** All texts' bytes. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where each text begins, and the end. */
  public int[] offsets() {
    return offsets;
  }
}
