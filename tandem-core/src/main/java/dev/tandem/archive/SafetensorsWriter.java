package dev.tandem.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a safetensors file as a stream: the tensors are declared first, then their elements follow
 * in that order, in pieces of any size, so that a table of many gigabytes needs one small buffer.
 * Not thread-safe.
 *
 * <p>Source: the safetensors format description (8 bytes header length, JSON header, tensor bytes
 * without gaps). The header is padded with spaces so that the first tensor starts at a multiple of
 * 64.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final List<TensorSpec> tensors;
  private final ByteBuffer buffer =
      ByteBuffer.wrap(new byte[BUFFER])
          .order(ByteOrder.LITTLE_ENDIAN); // heap: OutputStream takes arrays
  private int current;
  private long written; // elements of the current tensor

  /** The writing of tensors' elements. */
  @FunctionalInterface
  public interface Content {
    /** Writes the elements of every declared tensor in order. */
    void write(SafetensorsWriter tensors) throws IOException;
  }

  private SafetensorsWriter(OutputStream out, List<TensorSpec> tensors) {
    this.out = out;
    this.tensors = tensors;
  }

  /**
   * Writes a whole file to {@code out}.
   *
   * @param metadata free strings for the header's {@code __metadata__}
   * @throws IllegalArgumentException if a name is declared twice
   * @throws IllegalStateException if {@code content} writes other elements than declared
   */
  public static void write(
      OutputStream out, List<TensorSpec> tensors, Map<String, String> metadata, Content content)
      throws IOException {
    out.write(header(tensors, metadata));
    SafetensorsWriter writer = new SafetensorsWriter(out, List.copyOf(tensors));
    content.write(writer);
    writer.finish();
  }

  /** Appends {@code count} elements to tensor {@code name}. */
  public void floats(String name, float[] values, int from, int count) throws IOException {
    claim(name, DType.F32, count);
    for (int i = from, end = from + count; i < end; ) {
      int n = Math.min(end - i, BUFFER / Float.BYTES);
      buffer.clear().asFloatBuffer().put(values, i, n);
      out.write(buffer.array(), 0, n * Float.BYTES);
      i += n;
    }
  }

  /** Appends all elements. */
  public void floats(String name, float[] values) throws IOException {
    floats(name, values, 0, values.length);
  }

  /** Appends the buffer's remaining elements; its position is left alone. */
  public void floats(String name, FloatBuffer values) throws IOException {
    claim(name, DType.F32, values.remaining());
    FloatBuffer rest = values.duplicate();
    while (rest.hasRemaining()) {
      int n = Math.min(rest.remaining(), BUFFER / Float.BYTES);
      FloatBuffer piece = rest.slice(rest.position(), n);
      buffer.clear().asFloatBuffer().put(piece);
      out.write(buffer.array(), 0, n * Float.BYTES);
      rest.position(rest.position() + n);
    }
  }

  /** Appends {@code count} elements to tensor {@code name}. */
  public void doubles(String name, double[] values, int from, int count) throws IOException {
    claim(name, DType.F64, count);
    for (int i = from, end = from + count; i < end; ) {
      int n = Math.min(end - i, BUFFER / Double.BYTES);
      buffer.clear().asDoubleBuffer().put(values, i, n);
      out.write(buffer.array(), 0, n * Double.BYTES);
      i += n;
    }
  }

  /** Appends all elements. */
  public void doubles(String name, double[] values) throws IOException {
    doubles(name, values, 0, values.length);
  }

  /** Appends {@code count} elements to tensor {@code name}. */
  public void longs(String name, long[] values, int from, int count) throws IOException {
    claim(name, DType.I64, count);
    for (int i = from, end = from + count; i < end; ) {
      int n = Math.min(end - i, BUFFER / Long.BYTES);
      buffer.clear().asLongBuffer().put(values, i, n);
      out.write(buffer.array(), 0, n * Long.BYTES);
      i += n;
    }
  }

  /** Appends all elements. */
  public void longs(String name, long[] values) throws IOException {
    longs(name, values, 0, values.length);
  }

  /** Appends {@code count} elements to tensor {@code name}. */
  public void ints(String name, int[] values, int from, int count) throws IOException {
    claim(name, DType.I32, count);
    for (int i = from, end = from + count; i < end; ) {
      int n = Math.min(end - i, BUFFER / Integer.BYTES);
      buffer.clear().asIntBuffer().put(values, i, n);
      out.write(buffer.array(), 0, n * Integer.BYTES);
      i += n;
    }
  }

  /** Appends all elements. */
  public void ints(String name, int[] values) throws IOException {
    ints(name, values, 0, values.length);
  }

  /** Appends all elements. */
  public void bytes(String name, byte[] values) throws IOException {
    claim(name, DType.U8, values.length);
    out.write(values);
  }

  private void claim(String name, DType type, int count) {
    skipComplete();
    TensorSpec due = current < tensors.size() ? tensors.get(current) : null;
    if (due == null
        || !due.name().equals(name)
        || due.type() != type
        || written + count > due.elements()) {
      throw new IllegalStateException(
          count
              + " elements of type "
              + type
              + " for tensor \""
              + name
              + "\", but due "
              + (due == null ? "is nothing" : "are " + (due.elements() - written) + " of " + due));
    }
    written += count;
  }

  private void finish() {
    skipComplete();
    if (current < tensors.size()) {
      throw new IllegalStateException(
          "Tensor " + tensors.get(current) + " ends after " + written + " elements");
    }
  }

  private void skipComplete() {
    while (current < tensors.size() && written == tensors.get(current).elements()) {
      current++;
      written = 0;
    }
  }

  private static byte[] header(List<TensorSpec> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = header.putObject("__metadata__");
      metadata.forEach(strings::put);
    }
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (TensorSpec t : tensors) {
      if (!names.add(t.name())) {
        throw new IllegalArgumentException("Tensor \"" + t.name() + "\" is declared twice");
      }
      ObjectNode entry = header.putObject(t.name());
      entry.put("dtype", t.type().name());
      t.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(offset).add(offset + t.bytes());
      offset += t.bytes();
    }
    byte[] json = new ObjectMapper().writeValueAsBytes(header);
    int padded = (Long.BYTES + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[padded];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(padded - Long.BYTES).put(json);
    return bytes;
  }
}
