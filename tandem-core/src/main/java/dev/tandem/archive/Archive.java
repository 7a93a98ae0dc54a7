package dev.tandem.archive;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A model archive open for reading: a directory with a manifest and the parts that it lists, see
 * {@code docs/archive-format.md}. It shows the state at opening even while the archive is replaced.
 * Thread-safe; mapped tensors stay valid after closing.
 */
public final class Archive implements AutoCloseable {
  /** The format version that is written. */
  public static final int VERSION = 1;

  static final Manifest.Format FORMAT =
      new Manifest.Format("tandem-archive", "Tandem model archive", 1, VERSION);

  private final PartsReader parts;

  private Archive(PartsReader parts) {
    this.parts = parts;
  }

  /**
   * Opens an archive and checks every byte of it.
   *
   * @throws ArchiveException NOT_AN_ARCHIVE, TOO_OLD, TOO_NEW, NOT_READ, or CORRUPT, naming the
   *     part
   */
  public static Archive open(Path directory) {
    return open(directory, Verification.FULL);
  }

  /**
   * Opens an archive; {@link Verification#ON_USE} defers the hashing of each part to its first use.
   */
  public static Archive open(Path directory, Verification verification) {
    PartsReader parts = PartsReader.open(directory, FORMAT, verification);
    List<String> missing = Part.REQUIRED.stream().filter(p -> !parts.has(p)).toList();
    if (!missing.isEmpty()) {
      parts.close();
      throw new ArchiveException(
          ArchiveException.Kind.CORRUPT,
          directory
              + " is not a whole Tandem model archive: its manifest lists no "
              + String.join(", ", missing)
              + ".");
    }
    return new Archive(parts);
  }

  public Path path() {
    return parts.directory();
  }

  /** The version of its format. */
  public int version() {
    return parts.manifest().version();
  }

  /** Where the model comes from. */
  public Origin origin() {
    return Origin.of(parts.manifest().origin());
  }

  /** What is in it, in the order of writing. */
  public List<PartInfo> parts() {
    return parts.manifest().parts().entrySet().stream()
        .map(
            e ->
                new PartInfo(
                    e.getKey(), e.getValue().file(), e.getValue().size(), e.getValue().sha256()))
        .toList();
  }

  public boolean has(String part) {
    return parts.has(part);
  }

  /**
   * A whole part, at most 2 GB.
   *
   * @throws IllegalArgumentException if there is no such part
   */
  public byte[] bytes(String part) {
    return parts.bytes(part);
  }

  /** A whole part as UTF-8 text. */
  public String text(String part) {
    return parts.text(part);
  }

  /** A part from its first byte on; streams do not disturb each other. */
  public InputStream stream(String part) {
    return parts.stream(part);
  }

  /** A safetensors part; lives as long as this archive is open, its mappings longer. */
  public SafetensorsFile tensors(String part) {
    return parts.tensors(part);
  }

  @Override
  public void close() {
    parts.close();
  }

  /**
   * A part as the manifest lists it.
   *
   * @param name the part's name
   * @param file its file in the directory
   * @param size bytes
   * @param sha256 lower-case hexadecimal
   */
  public record PartInfo(String name, String file, long size, String sha256) {}
}
