package dev.tandem.archive;

import dev.tandem.archive.ArchiveException.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The parts of one directory as its manifest listed them at opening. All files are opened then, so
 * that a replacement during reading changes nothing of what is read. Thread-safe.
 */
final class PartsReader implements AutoCloseable {
  private static final int BUFFER = 1 << 20;
  private static final int ATTEMPTS = 5;

  private final Path directory;
  private final Manifest.Format format;
  private final Manifest manifest;
  private final Map<String, FileChannel> channels = new LinkedHashMap<>();
  private final Set<String> verified = ConcurrentHashMap.newKeySet();

  private PartsReader(Path directory, Manifest.Format format, Manifest manifest) {
    this.directory = directory;
    this.format = format;
    this.manifest = manifest;
  }

  static PartsReader open(Path directory, Manifest.Format format, Verification verification) {
    for (int attempt = 1; ; attempt++) {
      Manifest manifest = Manifest.read(directory, format);
      PartsReader reader = new PartsReader(directory, format, manifest);
      boolean opened = false;
      try {
        manifest.parts().keySet().forEach(reader::openChannel);
        if (verification == Verification.FULL) {
          manifest.parts().keySet().forEach(reader::verify);
        }
        opened = true;
        return reader;
      } catch (ArchiveException e) {
        // A writer may have replaced everything between the manifest and the parts; then there is a
        // new manifest.
        if (attempt == ATTEMPTS || Manifest.read(directory, format).equals(manifest)) {
          throw e;
        }
      } finally {
        if (!opened) {
          reader.close();
        }
      }
    }
  }

  Path directory() {
    return directory;
  }

  Manifest manifest() {
    return manifest;
  }

  boolean has(String part) {
    return channels.containsKey(part);
  }

  byte[] bytes(String part) {
    try (InputStream in = stream(part)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw ArchiveException.notRead("part", file(part), e);
    }
  }

  String text(String part) {
    return new String(bytes(part), StandardCharsets.UTF_8);
  }

  InputStream stream(String part) {
    FileChannel channel = channel(part);
    verify(part);
    return new BufferedInputStream(new ChannelStream(channel), 1 << 16);
  }

  SafetensorsFile tensors(String part) {
    FileChannel channel = channel(part);
    verify(part);
    try {
      return SafetensorsFile.read("Part " + part + " of " + directory, channel, false);
    } catch (IOException e) {
      throw ArchiveException.notRead("part", file(part), e);
    }
  }

  @Override
  public void close() {
    for (FileChannel channel : channels.values()) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void openChannel(String part) {
    long expected = entry(part).size();
    try {
      FileChannel channel = FileChannel.open(file(part), StandardOpenOption.READ);
      channels.put(part, channel);
      if (channel.size() != expected) {
        throw corrupt(part, "it has " + channel.size() + " bytes, written were " + expected);
      }
    } catch (NoSuchFileException e) {
      throw corrupt(part, "the file " + file(part).getFileName() + " is missing");
    } catch (IOException e) {
      throw ArchiveException.notRead("part", file(part), e);
    }
  }

  private void verify(String part) {
    if (verified.contains(part)) {
      return;
    }
    MessageDigest digest = Manifest.sha256();
    // an array: the digest would copy a direct buffer again, in small pieces
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.max(1, Math.min(entry(part).size(), BUFFER)));
    FileChannel channel = channel(part);
    try {
      for (long at = 0; channel.read(buffer.clear(), at) > 0; at += buffer.limit()) {
        digest.update(buffer.flip());
      }
    } catch (IOException e) {
      throw ArchiveException.notRead("part", file(part), e);
    }
    if (!Manifest.hex(digest.digest()).equals(entry(part).sha256())) {
      throw corrupt(part, "its SHA-256 is not the one in " + Manifest.FILE);
    }
    verified.add(part);
  }

  private Manifest.Entry entry(String part) {
    Manifest.Entry entry = manifest.parts().get(part);
    if (entry == null) {
      throw new IllegalArgumentException(
          "No part \"" + part + "\" in " + directory + "; there are " + manifest.parts().keySet());
    }
    return entry;
  }

  private FileChannel channel(String part) {
    entry(part);
    return Objects.requireNonNull(channels.get(part));
  }

  private Path file(String part) {
    return directory.resolve(entry(part).file());
  }

  private ArchiveException corrupt(String part, String why) {
    return new ArchiveException(
        Kind.CORRUPT,
        "The part "
            + part
            + " of the "
            + format.noun()
            + " "
            + directory
            + " is damaged: "
            + why
            + ". Restore it from a copy, or train again.");
  }

  /**
   * Reads an open channel by position, so that several streams of one part do not disturb each
   * other.
   */
  private static final class ChannelStream extends InputStream {
    private final FileChannel channel;
    private long position;

    ChannelStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int n = channel.read(ByteBuffer.wrap(into, at, length), position);
      position += Math.max(n, 0);
      return n;
    }
  }
}
