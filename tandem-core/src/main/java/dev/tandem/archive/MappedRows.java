package dev.tandem.archive;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Rows of floats in memory-mapped files of any size: slices of whole rows, each within what one
 * buffer can address. Read-only and thread-safe; valid until unreachable, also after the file was
 * closed or replaced.
 */
public final class MappedRows {
  /** Largest slice: 1 GiB. */
  static final long SLICE_BYTES = 1L << 30;

  private final long rows;
  private final int width;
  private final int shift;
  private final ByteBuffer[] bytes;
  private final FloatBuffer[] floats;

  MappedRows(long rows, int width, int shift, List<ByteBuffer> slices) {
    this.rows = rows;
    this.width = width;
    this.shift = shift;
    this.bytes = slices.toArray(ByteBuffer[]::new);
    this.floats = slices.stream().map(ByteBuffer::asFloatBuffer).toArray(FloatBuffer[]::new);
  }

  public long rows() {
    return rows;
  }

  /** Floats per row. */
  public int width() {
    return width;
  }

  /** Copies row {@code row} to {@code into[at … at + width)}. */
  public void copy(long row, float[] into, int at) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("Row " + row + " of " + rows);
    }
    if (width > 0) {
      floats[(int) (row >>> shift)].get((int) (row & mask()) * width, into, at, width);
    }
  }

  public int slices() {
    return floats.length;
  }

  /** Number of the slice that holds {@code row}. */
  public int sliceOf(long row) {
    return (int) (row >>> shift);
  }

  /** First row of slice {@code slice}. */
  public long firstRow(int slice) {
    return (long) slice << shift;
  }

  /** A slice's floats, row after row; an own position, shared read-only content. */
  public FloatBuffer slice(int slice) {
    return floats[slice].duplicate();
  }

  /** A slice's bytes, little-endian; an own position, shared read-only content. */
  public ByteBuffer sliceBytes(int slice) {
    return bytes[slice].duplicate().order(bytes[slice].order());
  }

  private long mask() {
    return (1L << shift) - 1;
  }
}
