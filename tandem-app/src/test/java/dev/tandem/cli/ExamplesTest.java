package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.Catalog;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example can be read, and describes a network that there is. */
class ExamplesTest {
  @TempDir Path data;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "examples"))) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsAWholeConfiguration(Path example) {
    Catalog catalog = ComponentCatalog.all();
    LoadedRun run =
        RunReader.ofProcess(catalog, Optional.of(data)).read(example, List.of("train.seed=2"));
    assertThat(run.config().train().seed()).isEqualTo(2);
    assertThat(run.config().tasks()).hasSizeGreaterThan(1);
    assertThat(Networks.of(run.config().model(), catalog).body()).isNotNull();
  }
}
