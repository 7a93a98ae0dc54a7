package dev.tandem.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.graph.Graph;
import dev.tandem.onnx.Binding;
import dev.tandem.onnx.FlatFloats;
import dev.tandem.onnx.GraphSession;
import dev.tandem.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every model, folded and written for export: standard operators only, and in ONNX Runtime the
 * numbers of the pure-Java program and of the reference to 1e-5, and those of training to 1e-6, for
 * 1, 7 and 500 rows.
 */
class ExportedModelsTest {

  /** As the engine opens it: there is one per process. */
  private static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "tandem");

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<ModelSamples.Sample> models() {
    return ModelSamples.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyRuntimeAgrees(ModelSamples.Sample sample) throws Exception {
    Graph graph = sample.graph().select(name -> name.startsWith("prediction."));
    Map<String, Tensor> parameters = ModelSamples.parameters(graph, 7);
    Folded folded = Folded.of(graph, parameters);
    byte[] exported = OnnxWriter.standard(folded.graph(), folded.floats());
    ModelProto model = ModelProto.parseFrom(exported);
    assertThat(model.getGraph().getNodeList()).allMatch(n -> n.getDomain().isEmpty());
    assertThat(model.getOpsetImportList())
        .singleElement()
        .satisfies(o -> assertThat(o.getDomain()).isEmpty())
        .satisfies(o -> assertThat(o.getVersion()).isEqualTo(17));
    assertThat(read(model.getGraph()))
        .containsAll(model.getGraph().getInitializerList().stream().map(t -> t.getName()).toList());
    Program program = Program.of(folded.graph(), folded.floats());
    ArrayNode cases = JSON.createArrayNode();
    try (OrtSession session = ENVIRONMENT.createSession(exported)) {
      for (int rows : new int[] {1, 7}) {
        Map<String, Tensor> inputs = ModelSamples.inputs(folded.graph(), rows, 4, rows);
        Map<String, Tensor> leaves = new HashMap<>(folded.parameters());
        leaves.putAll(inputs);
        Map<String, Tensor> expected = Reference.run(folded.graph(), leaves);
        Map<String, float[]> java =
            program.evaluate(ModelSamples.floats(inputs), Reference.sizes(folded.graph(), leaves));
        Map<String, float[]> onnx = run(session, inputs);
        Map<String, float[]> trained = training(graph, parameters, inputs, rows);
        expected.forEach(
            (name, value) -> {
              for (int i = 0; i < value.data().length; i++) {
                double truth = value.data()[i];
                assertThat((double) onnx.get(name)[i]).isCloseTo(truth, byAtMost(truth));
                assertThat((double) java.get(name)[i])
                    .isCloseTo(onnx.get(name)[i], byAtMost(truth));
                assertThat((double) java.get(name)[i])
                    .isCloseTo(trained.get(name)[i], within(1e-6));
                assertThat((double) onnx.get(name)[i])
                    .isCloseTo(trained.get(name)[i], within(1e-6));
              }
            });
        note(cases.addObject(), inputs, expected);
      }
      // many rows: the reference, in double precision, would take long
      Map<String, Tensor> inputs = ModelSamples.inputs(folded.graph(), 500, 5, 3);
      Map<String, float[]> onnx = run(session, inputs);
      training(graph, parameters, inputs, 500)
          .forEach(
              (name, trained) ->
                  assertThat(onnx.get(name)).as(name).containsExactly(trained, within(1e-6f)));
    }
    export(sample.name(), exported, cases);
  }

  private static Set<String> read(GraphProto graph) {
    Set<String> names = new HashSet<>();
    graph.getNodeList().forEach(node -> names.addAll(node.getInputList()));
    graph.getOutputList().forEach(output -> names.add(output.getName()));
    return names;
  }

  private static void note(
      ObjectNode one, Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    ObjectNode given = one.putObject("inputs");
    inputs.forEach(
        (name, tensor) -> {
          ObjectNode input = given.putObject(name);
          Arrays.stream(tensor.shape()).forEach(input.putArray("shape")::add);
          Arrays.stream(tensor.data()).forEach(input.putArray("data")::add);
        });
    ObjectNode outputs = one.putObject("outputs");
    expected.forEach(
        (name, tensor) -> Arrays.stream(tensor.data()).forEach(outputs.putArray(name)::add));
  }

  /**
   * Writes the model and its numbers for tools/parity/exports.py, if {@code tandem.exports} says
   * where.
   */
  private static void export(String name, byte[] exported, ArrayNode cases) throws IOException {
    String directory = System.getProperty("tandem.exports", "");
    if (!directory.isEmpty()) {
      Path file = Files.createDirectories(Path.of(directory)).resolve(name.replaceAll("[ =]", "_"));
      Files.write(Path.of(file + ".onnx"), exported);
      Files.writeString(Path.of(file + ".json"), cases.toString());
    }
  }

  /** The probabilities as training computes them: the graph whole, its parameters beside it. */
  private static Map<String, float[]> training(
      Graph graph, Map<String, Tensor> parameters, Map<String, Tensor> inputs, int rows) {
    Map<String, Integer> sizes = new HashMap<>(Map.of("B", rows));
    for (dev.tandem.graph.Input input : graph.inputs()) {
      int[] shape = inputs.get(input.name()).shape();
      for (int d = 0; d < shape.length; d++) {
        if (input.shape().dims().get(d).symbols().size() == 1) {
          sizes.put(input.shape().dims().get(d).symbols().get(0), shape[d]);
        }
      }
    }
    Map<String, FloatBuffer> feed = new HashMap<>();
    Map<String, FloatBuffer> results = new HashMap<>();
    try (GraphSession session = GraphSession.open(graph)) {
      ModelSamples.floats(parameters).forEach((name, v) -> feed.put(name, direct(v)));
      ModelSamples.floats(inputs).forEach((name, v) -> feed.put(name, direct(v)));
      session.outputCounts(sizes).forEach((name, n) -> results.put(name, FlatFloats.direct(n)));
      try (Binding binding = session.bind(sizes, feed, results)) {
        binding.run();
      }
    }
    Map<String, float[]> values = new HashMap<>();
    results.forEach(
        (name, buffer) -> {
          float[] copy = new float[buffer.capacity()];
          buffer.get(0, copy);
          values.put(name, copy);
        });
    return values;
  }

  private static FloatBuffer direct(float[] values) {
    return FlatFloats.direct(values.length).put(0, values);
  }

  private static org.assertj.core.data.Offset<Double> byAtMost(double value) {
    return within(1e-5 * Math.max(1, Math.abs(value)));
  }

  private static Map<String, float[]> run(OrtSession session, Map<String, Tensor> inputs)
      throws Exception {
    Map<String, OnnxTensor> feed = new HashMap<>();
    Map<String, float[]> results = new HashMap<>();
    for (Map.Entry<String, float[]> input : ModelSamples.floats(inputs).entrySet()) {
      long[] shape = Arrays.stream(inputs.get(input.getKey()).shape()).asLongStream().toArray();
      if (session.getInputNames().contains(input.getKey())) {
        feed.put(
            input.getKey(),
            OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(input.getValue()), shape));
      }
    }
    try (OrtSession.Result result = session.run(feed)) {
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
        FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        results.put(output.getKey(), values);
      }
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
    return results;
  }
}
