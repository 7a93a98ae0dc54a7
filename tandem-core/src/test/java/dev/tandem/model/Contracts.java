package dev.tandem.model;

import dev.tandem.config.Binder;
import dev.tandem.config.Catalog;
import dev.tandem.config.ConfigNode;
import dev.tandem.config.ModelConfig;
import dev.tandem.config.Place;
import dev.tandem.config.RunReader;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.Parameter;
import dev.tandem.layer.Mlp;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Every registered model with its default options, over inputs and tasks of all kinds. */
final class Contracts {
  private Contracts() {}

  static final Catalog CATALOG =
      Catalog.empty()
          .with("bottom", Bottom.class, Models.of(Bottom.class))
          .with("body", Body.class, Models.of(Body.class))
          .with("head", Head.class, Models.of(Head.class))
          .with("interaction", Interaction.class, Models.of(Interaction.class));

  /** Fields of one width, a sequence over the first, and numbers. */
  static final InputLayout FULL = layout(List.of("price", "age"), true);

  /** Fields alone, for models that read nothing else. */
  static final InputLayout FIELDS = layout(List.of(), false);

  private static InputLayout layout(List<String> numbers, boolean sequences) {
    SequenceSlot history = new SequenceSlot("history", List.of("item"), List.of("item"), 4, 5);
    return new InputLayout(
        List.of(
            new FieldSlot("item", "item", 4, Pooling.NONE, false, Side.ITEM),
            new FieldSlot("user", "user", 4, Pooling.NONE, false, Side.USER),
            new FieldSlot("tags", "tags", 4, Pooling.MEAN, false, Side.ITEM)),
        numbers,
        numbers.stream().map(n -> Side.UNKNOWN).toList(),
        sequences ? List.of(history) : List.of());
  }

  /** A record with its default options. */
  static <T> T defaults(Class<T> contract, Class<? extends Record> type) {
    Place nowhere = new Place("defaults", 0, "");
    ConfigNode.Mapping none = new ConfigNode.Mapping(Map.of(), nowhere);
    return contract.cast(Binder.bind(none, type, CATALOG));
  }

  /**
   * A model as it is written under {@code model:}, with small towers.
   *
   * @param text its keys, such as {@code body: {type: mmoe}}
   */
  static MultiTaskModel model(String text) {
    String run = "data: {train: t}\nfeatures: {ids: [a]}\ntasks: [a]\nmodel: {%s}".formatted(text);
    ModelConfig config =
        new RunReader(CATALOG, Map.of(), Optional.empty(), Path.of(""))
            .read(run, "contracts", List.of())
            .config()
            .model();
    Body body = (Body) Binder.component(config.body(), "body", CATALOG);
    Head head =
        config
            .head()
            .map(h -> (Head) Binder.component(h, "head", CATALOG))
            .orElseGet(body::defaultHead);
    return model((Bottom) Binder.component(config.bottom(), "bottom", CATALOG), body, head);
  }

  static MultiTaskModel model(Bottom bottom, Body body, Head head) {
    return new MultiTaskModel(bottom, body, Mlp.of(List.of(4)), head);
  }

  /** Binary tasks, each within the one before it: a funnel. */
  static List<Task> funnel(int n) {
    List<Task> tasks = new ArrayList<>();
    for (Task task : Trial.tasks(n)) {
      Optional<String> within =
          tasks.isEmpty() ? Optional.empty() : Optional.of(tasks.get(tasks.size() - 1).name());
      tasks.add(new Task(task.name(), TaskKind.BINARY, "label", within, 1, 1, 1));
    }
    return tasks;
  }

  /**
   * A value for every leaf of a graph: parameters as they start, inputs as a trainer may feed them.
   */
  static Map<String, Tensor> leaves(Graph graph, int rows, int tasks, long seed) {
    Map<String, Integer> sizes = new HashMap<>();
    sizes.put("B", rows);
    for (Input input : graph.inputs()) {
      for (Dim dim : input.shape().dims()) {
        dim.symbols().stream()
            .filter(s -> s.startsWith("L."))
            .forEach(s -> sizes.put(s.replaceAll("\\+.*", ""), 3));
      }
    }
    Map<String, Tensor> leaves = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      float[] start = Init.draw(p, seed);
      double[] values = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        values[i] = start[i];
      }
      leaves.put(p.name(), new Tensor(values, p.shape().resolve(sizes)));
    }
    for (Input input : graph.inputs()) {
      SplittableRandom random = new SplittableRandom(seed + input.name().hashCode());
      int[] shape = input.shape().resolve(sizes);
      double[] values = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(input, i, shape, rows, random);
      }
      leaves.put(input.name(), new Tensor(values, shape));
    }
    return leaves;
  }

  private static double value(Input input, int i, int[] shape, int rows, SplittableRandom random) {
    String name = input.name();
    int column = shape.length == 0 ? 0 : i % shape[shape.length - 1];
    if (input.noise() == Input.Noise.UNIFORM) {
      return random.nextDouble();
    } else if (name.equals("labels")) {
      return random.nextInt(2);
    } else if (name.equals("weights") || name.equals("rowWeight")) {
      return 1.0 / rows;
    } else if (name.equals("omega")) {
      return 1;
    } else if (name.startsWith("valid.")) {
      return column <= i / shape[1] % 4 ? 1 : 0; // from a single step to all
    } else if (name.startsWith("position.")) {
      return column == i / shape[1] ? 1 : 0;
    }
    return random.nextDouble(-1, 1);
  }
}
