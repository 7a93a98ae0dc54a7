package dev.tandem.cli;

import dev.tandem.archive.Archive;
import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.calibration.Calibration;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.DataException;
import dev.tandem.feature.Preprocessor;
import dev.tandem.graph.Graph;
import dev.tandem.graph.GraphText;
import dev.tandem.graph.Parameter;
import dev.tandem.onnx.OnnxWriter;
import dev.tandem.schema.Schema;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.Folded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model archive as three files that need nothing of Tandem: the network in ONNX (standard
 * operators, dynamic batch), its embedding tables (safetensors), and its preprocessing (JSON, see
 * {@code docs/scoring.md}).
 */
final class OnnxExport {
  private final Archive archive;
  private final Preprocessor preprocessor;
  private final Graph graph;
  private final Calibration calibration;

  private OnnxExport(Archive archive) throws IOException {
    this.archive = archive;
    Schema schema =
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
      requireNoPart(archive, List.of(onnx, json, tables));
      OnnxExport export = new OnnxExport(archive);
      byte[] network = export.network();
      byte[] preprocessing =
          new PreprocessingText(export.preprocessor, export.graph, export.calibration)
              .bytes(tables.getFileName().toString());
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

  /** An export into the archive's own directory must leave the archive as it is. */
  private static void requireNoPart(Archive archive, List<Path> files) throws IOException {
    Set<String> names = new HashSet<>(Set.of("manifest.json"));
    archive.parts().forEach(part -> names.add(part.file()));
    for (Path file : files) {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null
          && Files.isDirectory(directory)
          && Files.isSameFile(directory, archive.path())
          && names.contains(String.valueOf(file.getFileName()))) {
        throw new ArchiveException(
            ArchiveException.Kind.NOT_WRITTEN,
            "--out %s: the export's %s would take the place of a part of the archive; choose another name"
                .formatted(files.get(0), file.getFileName()));
      }
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
}
