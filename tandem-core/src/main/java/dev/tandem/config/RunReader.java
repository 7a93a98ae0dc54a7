package dev.tandem.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads run configurations: YAML, with variables and overrides, checked against the records and
 * against itself. Immutable.
 *
 * @param catalog the components that may be named
 * @param environment values for variables, as {@code System.getenv()} gives them
 * @param data the data directory named on the command line; empty: {@code TANDEM_DATA}, then {@code
 *     ../shared/data}
 * @param directory the directory that {@code ../shared/data} is relative to
 */
public record RunReader(
    Catalog catalog, Map<String, String> environment, Optional<Path> data, Path directory) {

  /** A reader with the environment of this process. */
  public static RunReader ofProcess(Catalog catalog, Optional<Path> data) {
    return new RunReader(catalog, System.getenv(), data, Path.of(""));
  }

  /**
   * Reads a file. Relative paths of data files in it are relative to it.
   *
   * @param file the YAML file
   * @param settings overrides, each {@code path=value}, applied in order
   * @throws ConfigException naming everything that is wrong
   */
  public LoadedRun read(Path file, List<String> settings) {
    Path parent = file.getParent();
    return read(
        text(file), file.toString(), settings, Optional.ofNullable(parent).map(FilePaths::new));
  }

  /**
   * Reads a text.
   *
   * @param text YAML
   * @param source what to call it in messages
   * @param settings overrides, each {@code path=value}, applied in order
   * @throws ConfigException naming everything that is wrong
   */
  public LoadedRun read(String text, String source, List<String> settings) {
    return read(text, source, settings, Optional.empty());
  }

  private LoadedRun read(
      String text, String source, List<String> settings, Optional<FilePaths> paths) {
    Problems problems = new Problems();
    RunConfig config = read(text, source, settings, variables(dataDirectory()), paths, problems);
    RunConfig portable =
        read(text, source, settings, variables(Optional.of("${data}")), Optional.empty(), problems);
    return new LoadedRun(config, portable);
  }

  private RunConfig read(
      String text,
      String source,
      List<String> settings,
      Variables variables,
      Optional<FilePaths> paths,
      Problems problems) {
    Place top = new Place(source, 1, "");
    Optional<ConfigNode> node = new YamlReader(variables, problems).read(text, top);
    problems.throwIfAny();
    if (node.isEmpty() || (node.get() instanceof ConfigNode.Scalar scalar && scalar.isNull())) {
      throw new ConfigException(
          source + ": is empty; a run needs at least data, features and tasks");
    } else if (!(node.get() instanceof ConfigNode.Mapping)) {
      throw new ConfigException(
          source
              + ": expected data, features, tasks, … at the top, found "
              + ConfigText.describe(node.get()));
    }
    ConfigNode.Mapping overridden =
        new Overrides(variables, problems).apply((ConfigNode.Mapping) node.get(), settings);
    ConfigNode.Mapping root = paths.map(p -> p.resolve(overridden)).orElse(overridden);
    @Nullable RunConfig config = Binder.bind(root, RunConfig.class, catalog, problems);
    if (config != null) {
      new RunCheck(config, root, problems).check();
    }
    problems.throwIfAny();
    if (config == null) {
      throw new ConfigException(source + ": cannot be read");
    }
    return config;
  }

  private Variables variables(Optional<String> dataDirectory) {
    return new Variables(
        name -> name.equals("data") ? dataDirectory : Optional.ofNullable(environment.get(name)));
  }

  /** The data directory, if there is one. */
  public Optional<String> dataDirectory() {
    if (data.isPresent()) {
      return Optional.of(existing(data.get(), "--data"));
    }
    String named = environment.get("TANDEM_DATA");
    if (named != null && !named.isBlank()) {
      return Optional.of(existing(Path.of(named), "TANDEM_DATA"));
    }
    Path beside = directory.toAbsolutePath().normalize().resolveSibling("shared").resolve("data");
    return Files.isDirectory(beside) ? Optional.of(beside.toString()) : Optional.empty();
  }

  /** Absolute, since what a file names is otherwise relative to the file. */
  private static String existing(Path path, String from) {
    if (!Files.isDirectory(path)) {
      throw new ConfigException(from + " names " + path + ", which is not a directory");
    }
    return path.toAbsolutePath().toString();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + reason(file, e), e);
    }
  }

  private static String reason(Path file, IOException e) {
    return Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
  }
}
