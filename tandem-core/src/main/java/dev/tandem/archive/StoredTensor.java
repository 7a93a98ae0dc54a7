package dev.tandem.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** One tensor of an open {@link SafetensorsFile}. Thread-safe. */
public final class StoredTensor {
  private static final int BUFFER = 1 << 20;

  private final String what;
  private final FileChannel channel;
  private final TensorSpec spec;
  private final long position;

  StoredTensor(String what, FileChannel channel, TensorSpec spec, long position) {
    this.what = what;
    this.channel = channel;
    this.spec = spec;
    this.position = position;
  }

  public TensorSpec spec() {
    return spec;
  }

  /** First byte in the file. */
  long position() {
    return position;
  }

  /**
   * All elements.
   *
   * @throws IllegalStateException if it is not of type F32 or too large for an array
   */
  public float[] floats() {
    float[] values = new float[arrayLength(DType.F32)];
    floats(0, values, 0, values.length);
    return values;
  }

  /** Copies {@code count} elements from element {@code from} on to {@code into[at …]}. */
  public void floats(long from, float[] into, int at, int count) {
    read(
        DType.F32,
        from,
        count,
        (bytes, done) -> {
          int n = bytes.remaining() / Float.BYTES;
          bytes.asFloatBuffer().get(into, at + done, n);
        });
  }

  /** All elements of an F64 tensor. */
  public double[] doubles() {
    double[] values = new double[arrayLength(DType.F64)];
    read(
        DType.F64,
        0,
        values.length,
        (bytes, done) ->
            bytes.asDoubleBuffer().get(values, done, bytes.remaining() / Double.BYTES));
    return values;
  }

  /** All elements of an I64 tensor. */
  public long[] longs() {
    long[] values = new long[arrayLength(DType.I64)];
    longs(0, values, 0, values.length);
    return values;
  }

  /** Copies {@code count} elements from element {@code from} on to {@code into[at …]}. */
  public void longs(long from, long[] into, int at, int count) {
    read(
        DType.I64,
        from,
        count,
        (bytes, done) -> bytes.asLongBuffer().get(into, at + done, bytes.remaining() / Long.BYTES));
  }

  /** All elements of an I32 tensor. */
  public int[] ints() {
    int[] values = new int[arrayLength(DType.I32)];
    ints(0, values, 0, values.length);
    return values;
  }

  /** Copies {@code count} elements from element {@code from} on to {@code into[at …]}. */
  public void ints(long from, int[] into, int at, int count) {
    read(
        DType.I32,
        from,
        count,
        (bytes, done) ->
            bytes.asIntBuffer().get(into, at + done, bytes.remaining() / Integer.BYTES));
  }

  /** All elements of a U8 tensor. */
  public byte[] bytes() {
    byte[] values = new byte[arrayLength(DType.U8)];
    read(DType.U8, 0, values.length, (bytes, done) -> bytes.get(values, done, bytes.remaining()));
    return values;
  }

  /**
   * The F32 tensor memory-mapped in slices of whole rows, at most 1 GiB each; loads nothing yet.
   */
  public MappedRows map() {
    return map(MappedRows.SLICE_BYTES);
  }

  MappedRows map(long sliceBytes) {
    require(DType.F32);
    long rowBytes = spec.rowElements() * Float.BYTES;
    if (rowBytes > sliceBytes) {
      throw new IllegalStateException(
          "A row of " + spec + " is larger than " + sliceBytes + " bytes");
    }
    long rowsPerSlice = Math.max(1, rowBytes == 0 ? 1 : sliceBytes / rowBytes);
    // A power of two, so that finding a row's slice is a shift.
    int shift = 63 - Long.numberOfLeadingZeros(rowsPerSlice);
    List<ByteBuffer> slices = new ArrayList<>();
    try {
      for (long row = 0; row < spec.rows() && rowBytes > 0; row += 1L << shift) {
        long rows = Math.min(1L << shift, spec.rows() - row);
        slices.add(
            channel
                .map(FileChannel.MapMode.READ_ONLY, position + row * rowBytes, rows * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN));
      }
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveException.Kind.NOT_READ,
          "Cannot map tensor \"" + spec.name() + "\" of " + what + ": " + e.getMessage(),
          e);
    }
    return new MappedRows(spec.rows(), Math.toIntExact(spec.rowElements()), shift, slices);
  }

  private interface Piece {
    void take(ByteBuffer bytes, int elementsBefore);
  }

  private void read(DType type, long from, int count, Piece piece) {
    require(type);
    if (from < 0 || count < 0 || from > spec.elements() - count) {
      throw new IndexOutOfBoundsException(count + " elements from " + from + " on of " + spec);
    }
    int size = type.bytes();
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.min(BUFFER, (long) count * size))
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int done = 0; done < count; ) {
        int n = Math.min(count - done, BUFFER / size);
        Buffer limited = buffer.clear().limit(n * size);
        SafetensorsFile.readFully(what, channel, buffer, position + (from + done) * size);
        limited.flip();
        piece.take(buffer, done);
        done += n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read tensor \"" + spec.name() + "\" of " + what + ": " + e.getMessage(), e);
    }
  }

  private int arrayLength(DType type) {
    require(type);
    if (spec.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          spec + " is too large for one array; read it in pieces or map it");
    }
    return (int) spec.elements();
  }

  private void require(DType type) {
    if (spec.type() != type) {
      throw new IllegalStateException(spec + " is not of type " + type);
    }
  }
}
