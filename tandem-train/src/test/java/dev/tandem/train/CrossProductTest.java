package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.Archive;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Part;
import dev.tandem.config.RunReader;
import dev.tandem.feature.Row;
import dev.tandem.graph.Dim;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Input;
import dev.tandem.graph.Parameter;
import dev.tandem.model.Body;
import dev.tandem.model.Bottom;
import dev.tandem.model.Head;
import dev.tandem.model.Models;
import dev.tandem.onnx.OnnxWriter;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.Folded;
import dev.tandem.scoring.Program;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bottom under every body and every head, through whole trainings: the loss is finite and
 * falls, and the archive gives back what was trained. What lies beyond the logits is the head's
 * alone: each body, under each bottom, travels with one of the heads in turn, and gives the same
 * predictions on ONNX Runtime, on the plain JVM and as an exported ONNX file.
 */
final class CrossProductTest {
  private static final int ROWS = 96;
  private static final String RUN =
      """
      data: {train: rows.jsonl}
      features:
        ids: {columns: [user, item], dim: 4}
        sequences:
          watched: {sequence: item, max: 4}
          liked: {sequence: item, max: 4}
      tasks: %s
      model: {bottom: {type: %s}, body: {type: %s}, head: {type: %s}, towers: [4]}
      train:
        epochs: 2
        batch: 16
        threads: 1
        early_stopping: null
        optimizer: {dense: {adam: 0.01}, embedding: {adam: 0.02}}
      """;

  @TempDir Path directory;

  private static final String TWO = "{click: click, buy: {label: buy, within: click}}";
  private static final String THREE =
      "{click: click, cart: {label: cart, within: click}, buy: {label: buy, within: click}}";

  /**
   * One choice of each.
   *
   * @param travels whether it is scored on every runtime
   */
  private record Combination(String bottom, String body, String head, boolean travels) {
    static List<Combination> all() {
      List<Combination> all = new ArrayList<>();
      int turn = 0;
      for (String bottom : Models.of(Bottom.class).keySet()) {
        for (String body : Models.of(Body.class).keySet()) {
          List<String> heads = List.copyOf(Models.of(Head.class).keySet());
          String next = heads.get(turn++ % heads.size());
          heads.forEach(h -> all.add(new Combination(bottom, body, h, h.equals(next))));
        }
      }
      return all;
    }

    boolean threeTasks() {
      return head.equals("esm2");
    }

    String yaml() {
      return RUN.formatted(threeTasks() ? THREE : TWO, bottom, body, head);
    }
  }

  /**
   * The click follows the user and whether the item was liked before; the rest follows the item.
   */
  private static List<Map<String, Object>> rows() {
    SplittableRandom random = new SplittableRandom(1);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int user = random.nextInt(8);
      int item = random.nextInt(6);
      List<String> liked = items(random);
      int click = user < 6 || liked.contains("i" + item) ? 1 : 0;
      Map<String, Object> row = new HashMap<>();
      row.put("user", "u" + user);
      row.put("item", "i" + item);
      row.put("watched", items(random));
      row.put("liked", liked);
      row.put("click", click);
      row.put("cart", click == 1 && item % 2 == 0 ? 1 : 0);
      row.put("buy", click == 1 && item % 3 == 0 ? 1 : 0);
      rows.add(row);
    }
    return rows;
  }

  private static List<String> items(SplittableRandom random) {
    return random.ints(random.nextInt(5), 0, 6).mapToObj(i -> "i" + i).toList();
  }

  @Test
  void everyCombinationTrainsAndTravels() throws IOException {
    List<Map<String, Object>> rows = rows();
    ObjectMapper json = new ObjectMapper();
    StringBuilder lines = new StringBuilder();
    for (Map<String, Object> row : rows) {
      lines.append(json.writeValueAsString(row)).append('\n');
    }
    Files.writeString(directory.resolve("rows.jsonl"), lines);
    RunReader reader = RunReader.ofProcess(ComponentCatalog.all(), Optional.empty());
    List<Combination> all = Combination.all();
    TrainingRun two = prepare(reader, "independent", TWO);
    TrainingRun three = prepare(reader, "esm2", THREE);
    List<Row> some = rows.subList(0, 5).stream().<Row>map(Row::of).toList();
    List<String> failures =
        all.parallelStream()
            .map(
                one -> {
                  try {
                    TrainingRun run = one.threeTasks() ? three : two;
                    check(
                        one,
                        seed ->
                            run.with(
                                reader.read(one.yaml(), "test", List.of("train.seed=" + seed))),
                        some);
                    return "";
                  } catch (Exception | AssertionError e) {
                    return one + ": " + e;
                  }
                })
            .filter(failure -> !failure.isEmpty())
            .toList();
    assertThat(failures).as("of %d", all.size()).isEmpty();
    assertThat(all).hasSizeGreaterThan(200);
  }

  private TrainingRun prepare(RunReader reader, String head, String tasks) throws IOException {
    Path run = directory.resolve(head + ".yaml");
    Files.writeString(run, RUN.formatted(tasks, "shared_embedding", "shared_bottom", head));
    return TrainingRun.prepare(reader.read(run, List.of()), directory.resolve("cache"));
  }

  private void check(Combination one, IntFunction<TrainingRun> bySeed, List<Row> rows)
      throws Exception {
    Path model = directory.resolve(one.toString());
    List<Double> losses = new ArrayList<>();
    TrainingRun.Outcome outcome = train(bySeed.apply(1), model, losses);
    if (one.body().equals("snr") && !falls(losses)) {
      // its connections are drawn anew in every step: of 16 seeds two end higher, so two of three
      for (int seed = 2; seed <= 3; seed++) {
        List<Double> others = new ArrayList<>();
        train(bySeed.apply(seed), directory.resolve(one + " " + seed), others);
        assertThat(falls(others)).as("losses %s, and %s of seed %d", losses, others, seed).isTrue();
      }
    } else {
      assertThat(falls(losses)).as("losses %s", losses).isTrue();
    }
    StoredModel stored = StoredModel.open(model);
    Map<String, float[]> trained = outcome.model().parameters();
    stored.model().parameters().forEach((name, v) -> assertThat(v).isEqualTo(trained.get(name)));
    if (one.travels()) {
      equalEverywhere(model, stored, rows);
    }
    AtomicFiles.deleteTree(model);
  }

  private static TrainingRun.Outcome train(TrainingRun run, Path model, List<Double> losses) {
    return run.train(
        new TrainingRun.Target(model, "", false),
        event -> {
          if (event instanceof TrainingEvent.EpochDone done) {
            losses.add(done.loss());
          }
        },
        () -> false);
  }

  private static boolean falls(List<Double> losses) {
    assertThat(losses).hasSize(2).allMatch(Double::isFinite);
    return losses.get(1) < losses.get(0);
  }

  private static void equalEverywhere(Path model, StoredModel stored, List<Row> rows)
      throws Exception {
    List<Map<String, Float>> engine = stored.score(rows);
    ArchiveScorer java = ArchiveScorer.open(model);
    for (int r = 0; r < rows.size(); r++) {
      Map<String, Double> plain = java.score(rows.get(r));
      engine
          .get(r)
          .forEach(
              (name, p) -> {
                assertThat(p).isBetween(0f, 1f);
                assertThat(plain.get(name.substring("predicted_".length())))
                    .as(name)
                    .isCloseTo(p, within(1e-5));
              });
    }
    exported(model);
  }

  /** The ONNX file and the compiled program of an archive's graph give the same numbers. */
  private static void exported(Path model) throws Exception {
    Folded folded;
    try (Archive archive = Archive.open(model)) {
      Graph graph =
          GraphText.read(archive.text(Part.GRAPH)).select(name -> name.startsWith("prediction."));
      Map<String, float[]> parameters = new HashMap<>();
      for (Parameter p : graph.parameters()) {
        parameters.put(p.name(), archive.tensors(Part.WEIGHTS).tensor(p.name()).floats());
      }
      folded = Folded.ofFloats(graph, parameters);
    }
    Map<String, Integer> sizes = new HashMap<>();
    Map<String, long[]> shapes = new HashMap<>();
    Map<String, float[]> inputs = inputs(folded.graph(), sizes, shapes);
    Map<String, float[]> java = Program.of(folded.graph(), folded.floats()).evaluate(inputs, sizes);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feed = new HashMap<>();
    byte[] bytes = OnnxWriter.standard(folded.graph(), folded.floats());
    try (OrtSession session = environment.createSession(bytes)) {
      for (Map.Entry<String, float[]> input : inputs.entrySet()) {
        long[] shape = shapes.get(input.getKey());
        feed.put(
            input.getKey(),
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.getValue()), shape));
      }
      try (OrtSession.Result result = session.run(feed)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
          float[] expected = java.get(output.getKey());
          assertThat(expected).as(output.getKey()).hasSize(values.remaining());
          for (int i = 0; i < expected.length; i++) {
            assertThat(values.get(i)).as(output.getKey()).isCloseTo(expected[i], within(1e-5f));
          }
        }
      }
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  /** Three rows of what a server may feed. */
  private static Map<String, float[]> inputs(
      Graph graph, Map<String, Integer> sizes, Map<String, long[]> shapes) {
    sizes.put("B", 3);
    for (Input input : graph.inputs()) {
      for (Dim dim : input.shape().dims()) {
        dim.symbols().stream().filter(s -> s.startsWith("L.")).forEach(s -> sizes.put(s, 4));
      }
    }
    Map<String, float[]> inputs = new HashMap<>();
    for (Input input : graph.inputs()) {
      SplittableRandom random = new SplittableRandom(input.name().hashCode());
      int[] shape = input.shape().resolve(sizes);
      float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < values.length; i++) {
        int column = i % shape[shape.length - 1];
        if (input.name().startsWith("valid.")) {
          values[i] = column < 2 ? 1 : 0;
        } else if (input.name().startsWith("position.")) {
          values[i] = column == i / shape[shape.length - 1] ? 1 : 0;
        } else {
          values[i] = (float) random.nextDouble(-1, 1);
        }
      }
      inputs.put(input.name(), values);
      shapes.put(input.name(), Arrays.stream(shape).asLongStream().toArray());
    }
    return inputs;
  }
}
