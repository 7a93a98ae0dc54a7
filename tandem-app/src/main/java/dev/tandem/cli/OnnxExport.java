package dev.tandem.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.Archive;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.calibration.Calibration;
import dev.tandem.calibration.Calibrator;
import dev.tandem.calibration.Isotonic;
import dev.tandem.calibration.NegativeSampling;
import dev.tandem.calibration.Platt;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Vocabulary;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Input;
import dev.tandem.graph.Parameter;
import dev.tandem.onnx.OnnxWriter;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.Folded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A model archive as three files that need nothing of Tandem: the network in ONNX (standard
 * operators, dynamic batch), its embedding tables (safetensors), and its preprocessing (JSON, see
 * {@code docs/scoring.md}).
 */
final class OnnxExport {
  private final Archive archive;
  private final Schema schema;
  private final Preprocessor preprocessor;
  private final Graph graph;
  private final Calibration calibration;

  private OnnxExport(Archive archive) throws IOException {
    this.archive = archive;
    this.schema =
        Canonical.read(
            archive.text(Part.SCHEMA),
            archive.path().resolve(Part.SCHEMA).toString(),
            Schema.class,
            Catalog.empty());
    this.preprocessor = Preprocessor.read(schema, archive::stream);
    this.graph =
        GraphText.read(archive.text(Part.GRAPH)).select(name -> name.startsWith("prediction."));
    this.calibration = ArchiveScorer.calibration(archive);
  }

  /**
   * Writes {@code NAME.onnx}, {@code NAME.json} and {@code NAME.safetensors}.
   *
   * @param onnx the path of the first of them
   * @return the files
   */
  static List<Path> write(Path model, Path onnx) {
    String name = onnx.getFileName().toString().replaceFirst("\\.onnx$", "");
    Path tables = onnx.resolveSibling(name + ".safetensors");
    Path json = onnx.resolveSibling(name + ".json");
    try (Archive archive = Archive.open(model)) {
      OnnxExport export = new OnnxExport(archive);
      byte[] network = export.network();
      byte[] preprocessing = export.preprocessing(tables.getFileName().toString());
      AtomicFiles.write(
          tables,
          out -> {
            try (InputStream in = archive.stream(Part.TABLES)) {
              in.transferTo(out);
            }
          });
      AtomicFiles.write(json, out -> out.write(preprocessing));
      AtomicFiles.write(onnx, out -> out.write(network));
      return List.of(onnx, json, tables);
    } catch (IOException e) {
      throw new DataException("cannot export " + model + " to " + onnx + ": " + e.getMessage(), e);
    }
  }

  private byte[] network() {
    SafetensorsFile weights = archive.tensors(Part.WEIGHTS);
    Map<String, float[]> parameters = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      parameters.put(p.name(), weights.tensor(p.name()).floats());
    }
    Folded folded = Folded.ofFloats(graph, parameters);
    return OnnxWriter.standard(folded.graph(), folded.floats());
  }

  private byte[] preprocessing(String tables) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("format", "tandem-preprocessing").put("version", 1).put("tables", tables);
    ArrayNode inputs = root.putArray("inputs");
    graph.inputs().stream().map(Input::name).forEach(inputs::add);
    ArrayNode fields = root.putArray("fields");
    ArrayNode numbers = root.putArray("numbers");
    for (Feature feature : schema.features()) {
      if (feature instanceof IdFeature id) {
        ObjectNode field = fields.addObject().put("kind", "id").put("column", id.column());
        field.put("table", id.table().name()).put("dim", id.table().dim());
      } else if (feature instanceof NumericFeature number) {
        number.encodings().forEach(e -> numeric(number, e, fields, numbers));
      } else if (feature instanceof DenseFeature dense && dense.separator().isEmpty()) {
        for (int i = 0; i < dense.size(); i++) {
          ObjectNode node =
              numbers.addObject().put("kind", "element").put("column", dense.column());
          node.put("index", i).put("size", dense.size());
          moments(
              node, preprocessor.fitted().moments().getOrDefault(dense.slot(i), Moments.IDENTITY));
        }
      } else {
        fields
            .addObject()
            .put("kind", feature.getClass().getSimpleName())
            .put("name", feature.name());
      }
    }
    ObjectNode vocabularies = root.putObject("vocabularies");
    for (Map.Entry<String, Vocabulary> e : preprocessor.fitted().vocabularies().entrySet()) {
      ObjectNode node = vocabularies.putObject(e.getKey());
      node.put("type", type(e.getKey()));
      ArrayNode values = node.putArray("values");
      for (int id = 1; id <= e.getValue().size(); id++) {
        values.add(e.getValue().text(id));
      }
    }
    outputs(root.putArray("outputs"));
    return (mapper.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private String type(String table) {
    return preprocessor.fitted().vocabularies().get(table)
            instanceof dev.tandem.feature.LongVocabulary longs
        ? longs.meaning().name().toLowerCase(Locale.ROOT)
        : "text";
  }

  private void numeric(
      NumericFeature number, NumericEncoding encoding, ArrayNode fields, ArrayNode numbers) {
    String slot = number.slot(encoding);
    ObjectNode node =
        (encoding.table().isPresent() ? fields : numbers)
            .addObject()
            .put("column", number.column());
    encoding.table().ifPresent(table -> node.put("table", table.name()).put("dim", table.dim()));
    Moments fitted = preprocessor.fitted().moments().getOrDefault(slot, Moments.IDENTITY);
    if (encoding instanceof NumericEncoding.Standardise standardise) {
      moments(node.put("kind", "standardise").put("clip", standardise.clip()), fitted);
    } else if (encoding instanceof NumericEncoding.Log log) {
      moments(node.put("kind", "log").put("clip", log.clip()), fitted);
    } else if (encoding instanceof NumericEncoding.Scaled) {
      moments(node.put("kind", "scaled"), fitted);
    } else if (encoding instanceof NumericEncoding.QuantileBuckets) {
      ArrayNode edges = node.put("kind", "buckets").putArray("edges");
      preprocessor.fitted().edges().getOrDefault(slot, List.of()).forEach(edges::add);
    } else {
      node.put("kind", "log2_buckets");
    }
  }

  private static void moments(ObjectNode node, Moments moments) {
    node.put("mean", moments.mean()).put("sd", moments.sd());
  }

  private void outputs(ArrayNode outputs) {
    Map<String, Task> tasks = new HashMap<>();
    preprocessor.tasks().forEach(t -> tasks.put(t.name(), t));
    for (String output : graph.outputs().keySet()) {
      String name = output.substring("prediction.".length());
      ObjectNode node = outputs.addObject().put("output", output).put("name", name);
      Task task = tasks.get(name);
      if (task != null && task.kind() == TaskKind.REGRESSION) {
        moments(node, preprocessor.labelMoments(name));
      } else if (task != null && task.kind() == TaskKind.MULTICLASS) {
        preprocessor.classes(name).forEach(node.putArray("classes")::add);
      }
      calibration.of(name).ifPresent(c -> calibrator(node.putObject("calibration"), c));
    }
  }

  private static void calibrator(ObjectNode node, Calibrator calibrator) {
    if (calibrator instanceof Isotonic isotonic) {
      node.put("type", "isotonic");
      isotonic.x().forEach(node.putArray("x")::add);
      isotonic.y().forEach(node.putArray("y")::add);
    } else if (calibrator instanceof Platt platt) {
      node.put("type", "platt").put("slope", platt.slope()).put("intercept", platt.intercept());
    } else if (calibrator instanceof NegativeSampling sampling) {
      node.put("type", "negative_sampling").put("rate", sampling.rate());
    }
  }
}
