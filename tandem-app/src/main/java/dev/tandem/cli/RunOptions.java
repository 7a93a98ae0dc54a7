package dev.tandem.cli;

import dev.tandem.config.Catalog;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The run configuration and its overrides, as every command that reads one takes them: use it as a
 * mixin.
 */
final class RunOptions {

  @Parameters(index = "0", paramLabel = "RUN", description = "The run configuration, a YAML file.")
  private Path file = Path.of("run.yaml");

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Replaces one value of the configuration, as in train.seed=7; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "What $${data} stands for (default: $TANDEM_DATA, then ../shared/data).")
  private @Nullable Path data;

  /**
   * The configuration with its overrides.
   *
   * @param catalog the components that it may name
   * @throws dev.tandem.config.ConfigException naming everything that is wrong
   */
  LoadedRun read(Catalog catalog) {
    return RunReader.ofProcess(catalog, Optional.ofNullable(data)).read(file, settings);
  }

  /** The file that was named. */
  Path file() {
    return file;
  }
}
