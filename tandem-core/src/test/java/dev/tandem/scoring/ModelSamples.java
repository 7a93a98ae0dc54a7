package dev.tandem.scoring;

import dev.tandem.config.Binder;
import dev.tandem.config.Catalog;
import dev.tandem.config.ConfigNode;
import dev.tandem.config.Place;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Input;
import dev.tandem.graph.Parameter;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.Independent;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Scoring graphs of every registered bottom, body, head and interaction with its default options,
 * for one to three tasks, with values for their leaves.
 */
final class ModelSamples {
  private ModelSamples() {}

  private static final Catalog CATALOG =
      Catalog.empty()
          .with("bottom", Bottom.class, Models.of(Bottom.class))
          .with("body", Body.class, Models.of(Body.class))
          .with("head", Head.class, Models.of(Head.class))
          .with("interaction", Interaction.class, Models.of(Interaction.class));

  /** A scoring graph. */
  record Sample(String name, InputLayout layout, List<Task> tasks, Graph graph) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static InputLayout layout(List<String> numbers, boolean sequence) {
    return new InputLayout(
        List.of(
            new FieldSlot("item", "item", 4, Pooling.NONE, false, Side.ITEM),
            new FieldSlot("user", "user", 4, Pooling.NONE, false, Side.USER),
            new FieldSlot("hour", "hour", 4, Pooling.NONE, false, Side.CONTEXT),
            new FieldSlot("tags", "tags", 4, Pooling.MEAN, false, Side.ITEM)),
        numbers,
        numbers.isEmpty() ? List.of() : List.of(Side.ITEM, Side.USER),
        sequence
            ? List.of(new SequenceSlot("history", List.of("item"), List.of("item"), 4, 5))
            : List.of());
  }

  private static <T> T defaults(Class<T> contract, Class<? extends Record> type) {
    ConfigNode.Mapping none = new ConfigNode.Mapping(Map.of(), new Place("defaults", 0, ""));
    return contract.cast(Binder.bind(none, type, CATALOG));
  }

  private static List<Task> funnel(int n) {
    List<Task> tasks = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      Optional<String> within = k == 0 ? Optional.empty() : Optional.of("t" + (k - 1));
      tasks.add(new Task("t" + k, TaskKind.BINARY, "label", within, 1, 1, 1));
    }
    return tasks;
  }

  /** All of them; what does not fit some inputs or number of tasks is left out for those. */
  static List<Sample> all() {
    Map<String, MultiTaskModel> models = new java.util.LinkedHashMap<>();
    Mlp units = Mlp.of(List.of(6));
    Mlp towers = Mlp.of(List.of(4));
    Body mmoe = defaults(Body.class, Models.of(Body.class).get("mmoe"));
    Models.of(Body.class)
        .forEach(
            (name, type) ->
                models.put(
                    "body " + name,
                    new MultiTaskModel(
                        new SharedEmbedding(),
                        defaults(Body.class, type),
                        towers,
                        new Independent())));
    Models.of(Bottom.class)
        .forEach(
            (name, type) -> {
              Bottom bottom = defaults(Bottom.class, type);
              models.put(
                  "bottom " + name, new MultiTaskModel(bottom, mmoe, towers, new Independent()));
              Body ple = defaults(Body.class, Models.of(Body.class).get("ple"));
              models.put(
                  "bottom " + name + " ple",
                  new MultiTaskModel(bottom, ple, towers, new Independent()));
              Body stem = defaults(Body.class, Models.of(Body.class).get("stem"));
              models.put(
                  "bottom " + name + " stem",
                  new MultiTaskModel(bottom, stem, towers, new Independent()));
            });
    Models.of(Head.class)
        .forEach(
            (name, type) ->
                models.put(
                    "head " + name,
                    new MultiTaskModel(
                        new SharedEmbedding(), mmoe, towers, defaults(Head.class, type))));
    Models.of(Interaction.class)
        .forEach(
            (name, type) ->
                models.put(
                    "interaction " + name,
                    new MultiTaskModel(
                        new SharedEmbedding(),
                        new SharedBottom(units, Optional.of(defaults(Interaction.class, type))),
                        towers,
                        new Independent())));
    List<Sample> samples = new ArrayList<>();
    models.forEach((name, model) -> samples.addAll(fitting(name, model)));
    return samples;
  }

  private static List<Sample> fitting(String name, MultiTaskModel model) {
    List<Sample> samples = new ArrayList<>();
    List<InputLayout> layouts =
        List.of(layout(List.of("price", "age"), true), layout(List.of(), false));
    for (int n = 1; n <= 3; n++) {
      for (InputLayout layout : layouts) {
        try {
          List<Task> tasks = funnel(n);
          samples.add(new Sample(name + " T=" + n, layout, tasks, model.scoring(layout, tasks)));
          break;
        } catch (IllegalArgumentException e) {
          continue; // not for these inputs or this number of tasks; the model says so itself
        }
      }
    }
    if (samples.isEmpty()) {
      for (InputLayout layout : layouts) {
        try {
          List<Task> tasks = funnel(4);
          samples.add(new Sample(name + " T=4", layout, tasks, model.scoring(layout, tasks)));
          break;
        } catch (IllegalArgumentException e) {
          continue;
        }
      }
    }
    if (samples.isEmpty()) {
      throw new AssertionError(name + " fits nowhere");
    }
    return samples;
  }

  /** Parameters away from their special starts, so that nothing cancels. */
  static Map<String, Tensor> parameters(Graph graph, long seed) {
    Map<String, Tensor> values = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      float[] start = Init.draw(p, seed);
      SplittableRandom random = new SplittableRandom(seed + p.name().hashCode());
      double[] wide = new double[start.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = (float) (start[i] + 0.1 * (random.nextDouble() - 0.5));
      }
      values.put(p.name(), new Tensor(wide, p.shape().resolve(Map.of())));
    }
    return values;
  }

  /** Inputs as a server feeds them. */
  static Map<String, Tensor> inputs(Graph graph, int rows, int length, long seed) {
    Map<String, Integer> sizes = new HashMap<>(Map.of("B", rows));
    for (Input input : graph.inputs()) {
      for (Dim dim : input.shape().dims()) {
        dim.symbols().stream().filter(s -> s.startsWith("L.")).forEach(s -> sizes.put(s, length));
      }
    }
    Map<String, Tensor> values = new HashMap<>();
    for (Input input : graph.inputs()) {
      SplittableRandom random = new SplittableRandom(seed + input.name().hashCode());
      int[] shape = input.shape().resolve(sizes);
      double[] x = new double[Tensor.count(shape)];
      for (int i = 0; i < x.length; i++) {
        int column = i % shape[shape.length - 1];
        int row = i / shape[shape.length - 1];
        if (input.name().startsWith("valid.")) {
          x[i] = column <= row % 3 ? 1 : 0;
        } else if (input.name().startsWith("position.")) {
          x[i] = column == row ? 1 : 0;
        } else {
          x[i] = (float) random.nextDouble(-1, 1);
        }
      }
      values.put(input.name(), new Tensor(x, shape));
    }
    return values;
  }

  static Map<String, float[]> floats(Map<String, Tensor> tensors) {
    Map<String, float[]> floats = new HashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          float[] values = new float[tensor.data().length];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.data()[i];
          }
          floats.put(name, values);
        });
    return floats;
  }
}
