package dev.tandem.cli;

import dev.tandem.archive.ArchiveException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a command writes, looked at before hours of work, not after them. */
final class Destination {
  private Destination() {}

  /** Requires that a directory can be written, or made where it does not exist yet. */
  static void requireDirectory(Path out) {
    require(out, out.toAbsolutePath().normalize());
  }

  /** Requires that a file can be written, its directory made where it does not exist yet. */
  static void requireFile(Path out) {
    require(out, out.toAbsolutePath().normalize().getParent());
  }

  private static void require(Path out, @Nullable Path directory) {
    @Nullable Path place = directory;
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    if (place == null || !Files.isDirectory(place) || !Files.isWritable(place)) {
      throw new ArchiveException(
          ArchiveException.Kind.NOT_WRITTEN,
          "--out %s cannot be written: %s is not a directory that this user may write to; choose another"
              .formatted(out, place));
    }
  }
}
