package dev.tandem.source;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A public data set that Tandem can import but does not carry: each user gets it from its publisher
 * and accepts the licence there.
 */
public sealed interface DataSet permits Criteo, AliCcp, WeChat, AliExpress {

  /** Every known data set, in the order of the list. */
  static List<DataSet> all() {
    return List.of(new Criteo(), new AliCcp(), new WeChat(), new AliExpress());
  }

  /** The data set of that name. */
  static DataSet named(String name) {
    return all().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "no known data set '%s'; there are %s. Other tables need no import: see tandem init."
                        .formatted(name, all().stream().map(DataSet::name).toList())));
  }

  /** What the command line calls it. */
  String name();

  /** What it is. */
  String title();

  /** Under which terms it is published, as far as known. */
  String licence();

  /** Where a user gets it. */
  String origin();

  /** Files that {@link #read} expects in the directory. */
  List<String> files();

  /** The recipes, the default first. */
  List<Recipe> recipes();

  /**
   * Prepares the data set: Parquet files, a {@code run.yaml} that trains on them, and {@code
   * rejects.tsv} if lines were malformed. Streams, with bounded memory.
   *
   * @param from directory with the published files
   * @param out directory to write; made if absent
   * @param progress is told the number of lines read so far
   * @throws DataException if a file is missing or unreadable, a recipe is unknown, or a line is
   *     malformed and the options are strict
   */
  ImportReport read(Path from, Path out, ImportOptions options, LongConsumer progress);

  /** The recipe that the options name. */
  default String recipe(ImportOptions options) {
    if (options.recipe().isEmpty()) {
      return recipes().get(0).name();
    }
    return recipes().stream()
        .map(Recipe::name)
        .filter(options.recipe()::equals)
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "%s has no recipe '%s'; there are %s"
                        .formatted(
                            name(),
                            options.recipe(),
                            recipes().stream().map(Recipe::name).toList())));
  }

  /** The file of that name, or the same gzipped, in the directory. */
  static Path file(Path directory, String name) {
    for (String candidate : List.of(name, name + ".gz")) {
      if (Files.isRegularFile(directory.resolve(candidate))) {
        return directory.resolve(candidate);
      }
    }
    throw new DataException(
        "there is no %s (or %s.gz) in %s; found %s"
            .formatted(name, name, directory, found(directory)));
  }

  private static List<String> found(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of("no such directory");
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(p -> String.valueOf(p.getFileName())).sorted().limit(20).toList();
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(directory, e), e);
    }
  }
}
