package dev.tandem.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Small archives whose every part tells its generation. */
final class Archives {
  static final String COMMAND = "tandem train run.yaml --out \"models/shop\" --set train.seed=7";

  private Archives() {}

  static void write(Path target, int generation) {
    write(target, generation, 5);
  }

  static void write(Path target, int generation, int rows) {
    ArchiveWriter.write(
        target,
        new Origin(COMMAND, "run-" + generation, generation, "data-1"),
        parts -> content(parts, generation, rows));
  }

  static void content(PartsWriter parts, int generation, int rows) throws IOException {
    String json = "{\"generation\": " + generation + "}";
    parts.text(Part.SCHEMA, json);
    parts.text(Part.CONFIG, "train: {seed: " + generation + "}\n");
    parts.text(Part.PREPROCESSING, json);
    parts.text(Part.GRAPH, json);
    parts.tensors(
        Part.WEIGHTS,
        List.of(TensorSpec.f32("body.gate.W", 2, 3), TensorSpec.f32("tower.0.0.b", 4)),
        w -> {
          w.floats("body.gate.W", filled(6, generation));
          w.floats("tower.0.0.b", filled(4, generation));
        });
    parts.tensors(
        Part.TABLES,
        List.of(TensorSpec.f32("user", rows, 4)),
        w -> {
          for (int row = 0; row < rows; row++) {
            w.floats("user", filled(4, generation));
          }
        });
    parts.text(Part.METRICS, json);
    parts.text(Part.CURVES, "epoch,auc\n0," + generation + "\n");
  }

  /** The generation that all parts agree on. */
  static int generation(Path target) {
    try (Archive archive = Archive.open(target)) {
      int generation = Integer.parseInt(archive.text(Part.SCHEMA).replaceAll("\\D", ""));
      for (String part : List.of(Part.CONFIG, Part.PREPROCESSING, Part.GRAPH, Part.METRICS)) {
        require(archive.text(part).replaceAll("\\D", ""), generation);
      }
      require(Long.toString(archive.origin().seed()), generation);
      SafetensorsFile tables = archive.tensors(Part.TABLES);
      for (float value : tables.tensor("user").floats()) {
        require(Integer.toString((int) value), generation);
      }
      return generation;
    }
  }

  private static void require(String found, int generation) {
    if (!found.equals(Integer.toString(generation))) {
      throw new AssertionError(
          "Parts of generations " + generation + " and " + found + " are mixed");
    }
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    java.util.Arrays.fill(values, value);
    return values;
  }
}
