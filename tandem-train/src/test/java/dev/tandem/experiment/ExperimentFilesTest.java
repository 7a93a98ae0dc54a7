package dev.tandem.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.Catalog;
import dev.tandem.config.LoadedRun;
import dev.tandem.config.RunReader;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
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

/** Every experiment of the repository can be read and all its networks built, without its data. */
class ExperimentFilesTest {
  @TempDir private Path data = Path.of("");

  static List<Path> experiments() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "experiments"))) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyModelOnEveryDataSetIsANetwork(Path file) {
    Catalog catalog = ComponentCatalog.all();
    RunReader reader = RunReader.ofProcess(catalog, Optional.of(data));
    Experiment experiment = Experiment.read(file);
    assertThat(experiment.models()).hasSizeGreaterThan(1);
    for (Variant set : experiment.data()) {
      for (Variant model : experiment.models()) {
        LoadedRun run = experiment.run(reader, set, model, 3);
        assertThat(run.config().train().seed()).isEqualTo(3);
        MultiTaskModel network = Networks.of(run.config().model(), catalog);
        assertThat(network.training(layout(), tasks(model)).outputs())
            .as("%s, %s on %s", file, model.name(), set.name())
            .containsKey("loss");
      }
    }
  }

  /** Fields of one width and a behaviour sequence over one of them: what every body can read. */
  private static InputLayout layout() {
    List<FieldSlot> fields =
        Stream.of("user", "item", "hour")
            .map(name -> new FieldSlot(name, name, 8, Pooling.NONE, false, Side.CONTEXT))
            .toList();
    SequenceSlot history = new SequenceSlot("history", List.of("item"), List.of("item"), 8, 10);
    return new InputLayout(fields, List.of(), List.of(), List.of(history));
  }

  private static List<Task> tasks(Variant model) {
    Task click = Task.binary("click", "click");
    return model.alone() ? List.of(click) : List.of(click, Task.binary("buy", "buy"));
  }
}
