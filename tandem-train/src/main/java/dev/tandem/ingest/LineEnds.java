package dev.tandem.ingest;

import dev.tandem.config.Format;
import dev.tandem.feature.DataException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Text whose lines end in {@code \r\n} here and in {@code \n} there, as after joining the files of
 * two systems. The engine refuses it, and reads a copy whose lines all end alike.
 */
final class LineEnds {
  private LineEnds() {}

  /** Whether the engine gave up in the way in which it does where line ends are mixed. */
  static boolean mayBeMixed(DataException failure) {
    return String.valueOf(failure.getMessage()).contains("CSV Parser state machine");
  }

  /**
   * Copies files so that every line ends in {@code \n}; the numbers of the lines stay.
   *
   * @throws DataException for files packed with zstd, which only the engine unpacks
   */
  static SourceFiles unified(SourceFiles source, Path directory) {
    List<String> copies = new ArrayList<>();
    for (String file : source.files()) {
      Path copy = directory.resolve("lines-" + copies.size() + "-" + Path.of(file).getFileName());
      copy(source, file, copy);
      copies.add(copy.toString());
    }
    return new SourceFiles(source.name(), copies, source.type(), source.format());
  }

  private static void copy(SourceFiles source, String file, Path copy) {
    String lower = file.toLowerCase(Locale.ROOT);
    Format.Compression declared = source.format().compression();
    boolean guess = declared == Format.Compression.AUTO;
    boolean gzip = declared == Format.Compression.GZIP || (guess && lower.matches(".*\\.gz(ip)?"));
    if (declared == Format.Compression.ZSTD || (guess && lower.matches(".*\\.zstd?"))) {
      throw new DataException(
          source.name()
              + ": "
              + file
              + " cannot be read: its lines end in different ways, or it is no text; unpack it");
    }
    try (InputStream raw = Files.newInputStream(Path.of(file));
        InputStream in = new BufferedInputStream(gzip ? new GZIPInputStream(raw) : raw);
        OutputStream made = Files.newOutputStream(copy);
        OutputStream out = new BufferedOutputStream(gzip ? new GZIPOutputStream(made) : made)) {
      int next;
      for (int b = in.read(); b >= 0; b = next) {
        next = in.read();
        if (b != '\r' || next != '\n') {
          out.write(b);
        }
      }
    } catch (IOException e) {
      throw new DataException(
          source.name() + ": " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
