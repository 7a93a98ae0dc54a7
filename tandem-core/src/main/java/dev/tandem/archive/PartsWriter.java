package dev.tandem.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the parts of an archive or checkpoint one after the other, as streams; each is hashed while
 * it is written, and forced to the disk. Not thread-safe.
 */
public final class PartsWriter {
  private final Path directory;
  private final Map<String, Manifest.Entry> entries = new LinkedHashMap<>();

  /** The writing of all parts. */
  @FunctionalInterface
  public interface Content {
    /** Writes every part once. */
    void write(PartsWriter parts) throws IOException;
  }

  PartsWriter(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes one part.
   *
   * @param name the part's file name: letters, digits, {@code _ . -}
   * @throws IllegalArgumentException if it was written already or is no such name
   */
  public void part(String name, AtomicFiles.Content content) throws IOException {
    if (!Manifest.plainName(name) || entries.containsKey(name)) {
      throw new IllegalArgumentException(
          "Not a new part's name: \"" + name + "\" beside " + entries.keySet());
    }
    MessageDigest digest = Manifest.sha256();
    long[] size = new long[1];
    AtomicFiles.writeSynced(
        directory.resolve(name),
        out -> {
          Counting counted = new Counting(new DigestOutputStream(out, digest));
          content.write(counted);
          size[0] = counted.count;
        });
    entries.put(name, new Manifest.Entry(name, size[0], Manifest.hex(digest.digest())));
  }

  /** Writes a part of UTF-8 text. */
  public void text(String name, String text) throws IOException {
    bytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a part of bytes. */
  public void bytes(String name, byte[] bytes) throws IOException {
    part(name, out -> out.write(bytes));
  }

  /** Writes a part of tensors in safetensors format, declared first and streamed in that order. */
  public void tensors(String name, List<TensorSpec> tensors, SafetensorsWriter.Content content)
      throws IOException {
    part(name, out -> SafetensorsWriter.write(out, tensors, Map.of(), content));
  }

  Map<String, Manifest.Entry> entries() {
    return entries;
  }

  private static final class Counting extends OutputStream {
    private final OutputStream out;
    private long count;

    Counting(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
