package dev.tandem.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes the parts of an archive or checkpoint one after the other, as streams; each is hashed while
 * it is written, and forced to the disk. Not thread-safe.
 */
public final class PartsWriter {
  private final Path directory;
  private final Map<String, Manifest.Entry> entries = new LinkedHashMap<>();
  private final Set<String> taken = new TreeSet<>();
  private final Set<String> open = new TreeSet<>();

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
   * Opens one part for writing; it counts once it is closed. For those who are handed a place to
   * write to; others take {@link #part}, which cannot be left open.
   *
   * @param name letters, digits, {@code _ . -}, and forward slashes in between; in the file's name
   *     these become dots
   * @throws IllegalArgumentException if it was opened already or is no such name
   */
  public OutputStream open(String name) throws IOException {
    return start(name);
  }

  /** Writes one part, under a name as {@link #open} takes it. */
  public void part(String name, AtomicFiles.Content content) throws IOException {
    PartStream out = start(name);
    try {
      content.write(out);
      out.close();
    } finally {
      out.channel.close();
    }
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

  /** What was written, under the files' names in this directory. */
  Map<String, Manifest.Entry> entries() {
    requireClosed();
    return entries;
  }

  private void requireClosed() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Parts left open: " + open);
    }
  }

  private PartStream start(String name) throws IOException {
    String file = name.replace('/', '.');
    if (!Manifest.plainName(file) || !taken.add(file)) {
      throw new IllegalArgumentException("Not a new part's name: \"" + name + "\" beside " + taken);
    }
    open.add(name);
    return new PartStream(name, file);
  }

  /** Counts and hashes what passes, and forces it to the disk at the end. */
  private final class PartStream extends OutputStream {
    private final String name;
    private final String file;
    private final FileChannel channel;
    private final OutputStream out;
    private final MessageDigest digest = Manifest.sha256();
    private long size;

    PartStream(String name, String file) throws IOException {
      this.name = name;
      this.file = file;
      this.channel =
          FileChannel.open(
              directory.resolve(file), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      digest.update((byte) b);
      size++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      digest.update(bytes, from, length);
      size += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (channel.isOpen()) {
        out.flush();
        channel.force(true);
        channel.close();
        open.remove(name);
        entries.put(name, new Manifest.Entry(file, size, Manifest.hex(digest.digest())));
      }
    }
  }
}
