package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * One import under way: its directories, its rejects, its counts. Closing removes what was
 * temporary.
 */
final class Import implements AutoCloseable {
  private static final int SHARES = 1_000_000;

  final Path out;
  final Path work;
  final SetAside aside;
  final Intake intake;
  final Map<String, Long> rows = new LinkedHashMap<>();
  final Map<String, Long> counts = new LinkedHashMap<>();
  private final String name;
  private final String recipe;
  private final long start = System.nanoTime();

  Import(DataSet data, Path out, ImportOptions options, LongConsumer progress) {
    this.name = data.name();
    this.recipe = data.recipe(options);
    this.out = out;
    this.work = out.resolve(".import");
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new DataException(
          "cannot make %s: %s. Choose a directory that can be written.".formatted(out, e), e);
    }
    this.aside = new SetAside(out, options.strict());
    this.intake = new Intake(aside, progress);
  }

  /** A number in [0, 1) that depends on (seed, row) only: decides random splits. */
  static double draw(long seed, long row) {
    return share(seed, row) / (double) SHARES;
  }

  /** The same in millionths. */
  static int share(long seed, long row) {
    long z = (row + 1) * 0x9E3779B97F4A7C15L + seed * 0xD1B54A32D192ED03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(z ^ (z >>> 31), SHARES);
  }

  /** Writes the configuration and the rejects, and says what was done. */
  ImportReport finish(String configuration) {
    Path file = out.resolve("run.yaml");
    Path partial = out.resolve(".run.yaml.partial");
    try {
      Files.write(partial, configuration.getBytes(StandardCharsets.UTF_8));
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new DataException("cannot write %s: %s".formatted(file, e), e);
    }
    aside.finish();
    return new ImportReport(
        name, recipe, rows, aside.rejected(), counts, (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    aside.close();
    try (Stream<Path> all = Files.walk(work)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new DataException("cannot remove %s: %s".formatted(work, e), e);
    }
  }
}
