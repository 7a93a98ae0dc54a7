package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.ArchiveWriter;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.archive.TensorSpec;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.feature.ColumnType;
import dev.tandem.feature.Fitted;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.TextVocabulary;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Init;
import dev.tandem.graph.Parameter;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Body;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.model.Snr;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.scoring.ArchiveScorer;
import dev.tandem.scoring.GraphParts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export is three files that hold all that another runtime needs. */
class ExportCommandTest {

  @TempDir Path directory;

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new IdFeature("city", "city", Table.whole("city", 3), Side.USER),
              new NumericFeature(
                  "price",
                  "price",
                  List.of(
                      new NumericEncoding.Standardise(10),
                      new NumericEncoding.Log(10),
                      new NumericEncoding.QuantileBuckets(3, Table.whole("price.bucket", 3)),
                      new NumericEncoding.Scaled(Table.whole("price.scaled", 3))),
                  Side.ITEM)),
          List.of(
              Task.binary("click", "click"),
              new Task("spent", TaskKind.REGRESSION, "spent", Optional.empty(), 1, 1, 1)),
          Optional.empty(),
          Optional.empty());

  private static Path archive(Path target) {
    return archive(target, SharedBottom.of(Mlp.of(List.of(8))), p -> Init.draw(p, 1));
  }

  private static Path archive(Path target, Body body, Function<Parameter, float[]> weights) {
    TextVocabulary cities = new TextVocabulary();
    cities.add("Rome");
    cities.add("Oslo");
    Preprocessor preprocessor =
        new Preprocessor(
            SCHEMA,
            new Fitted(
                Map.of("city", ColumnType.TEXT, "price", ColumnType.REAL),
                Map.of(
                    "price.standardised", new Moments(10, 4),
                    "price.log", new Moments(2, 1),
                    "price.scaled", new Moments(10, 4)),
                Map.of("price.bucket", List.of(5.0, 10.0)),
                Map.of("city", cities),
                Map.of(),
                Map.of("spent", new Moments(100, 50))));
    Graph graph =
        new MultiTaskModel(new SharedEmbedding(), body, Mlp.of(List.of(4)), new Independent())
            .scoring(preprocessor.layout(), preprocessor.tasks());
    ArchiveWriter.write(
        target,
        new Origin("test", "run", 1, "data"),
        parts -> {
          parts.text(Part.SCHEMA, Canonical.json(SCHEMA, Catalog.empty()));
          parts.text(Part.CONFIG, "{}\n");
          preprocessor.write(parts::open);
          GraphParts.write(parts, graph, weights::apply);
          List<TensorSpec> tables =
              preprocessor.tables().stream()
                  .map(t -> TensorSpec.f32(t.name(), t.rows(), t.dim()))
                  .toList();
          parts.tensors(
              Part.TABLES,
              tables,
              out -> {
                for (TensorSpec table : tables) {
                  float[] values = new float[(int) (table.shape().get(0) * 3)];
                  for (int i = 0; i < values.length; i++) {
                    values[i] = (float) Math.sin(i + table.name().length());
                  }
                  out.floats(table.name(), values);
                }
              });
          parts.text(Part.METRICS, "{}");
        });
    return target;
  }

  /** Connections that SNR closed leave no weights, and a sub-network without any is gone. */
  @Test
  void closedConnectionsAreNotExported() throws Exception {
    Snr body =
        new Snr(
            List.of(2, 2),
            5,
            Mlp.of(List.of()),
            Snr.Connection.TRANS,
            1e-4,
            2 / 3.0,
            -0.1,
            1.1,
            false);
    float[][] open = {{9, -9, -9, -9}, {9, 9, 9, -9}};
    Path model =
        archive(
            directory.resolve("snr"),
            body,
            p -> {
              if (p.name().endsWith("logalpha")) {
                return open[Integer.parseInt(p.name().split("\\.")[1])];
              }
              float[] drawn = Init.draw(p, 1);
              if (p.name().endsWith(".b")) {
                Arrays.fill(drawn, 0.1f);
              }
              return drawn;
            });
    Path onnx = directory.resolve("snr.onnx");
    Shell exported = Shell.run("export", model, "--out", onnx);
    assertThat(exported.code()).as(exported.err()).isZero();
    String text = Files.readString(onnx, StandardCharsets.ISO_8859_1);
    assertThat(text)
        .contains("layer.0.net.0.W", "layer.1.net.0.W", "layer.1.net.1.b")
        .doesNotContain("layer.0.net.1.W", "layer.1.net.1.W", "logalpha");
    // of every open connection the matrix times its switch, which is folded into one
    assertThat(
            Pattern.compile("folded\\.\\d+").matcher(text).results().map(r -> r.group()).distinct())
        .hasSize(4);
  }

  @Test
  void aNameThatCannotBeTakenLeavesNothingBehind() throws Exception {
    Path model = archive(directory.resolve("model"));
    Path place = Files.createDirectories(directory.resolve("place").resolve("taken.onnx"));
    for (String name : List.of("taken.onnx", "other", "", "-", "shop.json", "..")) {
      Shell refused = Shell.run("export", model, "--out", place.resolveSibling(name));
      assertThat(refused.code()).as(name).isEqualTo(ExitCode.USAGE);
      assertThat(refused.complaint()).contains("NAME.onnx");
    }
    assertThat(Shell.run("export", model, "--out", "/").code()).isEqualTo(ExitCode.USAGE);
    try (Stream<Path> left = Files.walk(place.getParent())) {
      assertThat(left).containsExactlyInAnyOrder(place.getParent(), place);
    }
  }

  @Test
  void anExportBesideThePartsLeavesThemAlone() throws Exception {
    Path model = archive(directory.resolve("model"));
    for (String part : List.of("graph", "tables", "manifest")) {
      Shell refused = Shell.run("export", model, "--out", model.resolve(part + ".onnx"));
      assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.FAILED);
      assertThat(refused.complaint()).contains("part of the archive");
      assertThat(model.resolve(part + ".onnx")).doesNotExist();
    }
    Shell beside = Shell.run("export", model, "--out", model.resolve("shop.onnx"));
    assertThat(beside.code()).as(beside.err()).isZero();
    assertThat(Shell.run("inspect", model).code()).isZero();
  }

  @Test
  void threeFilesHoldTheModel() throws Exception {
    Path model = archive(directory.resolve("model"));
    List<Path> files = OnnxExport.write(model, directory.resolve("shop.onnx"));
    assertThat(files.stream().map(f -> f.getFileName().toString()))
        .containsExactly("shop.onnx", "shop.json", "shop.safetensors");
    assertThat(files).allSatisfy(f -> assertThat(f).isNotEmptyFile());
    JsonNode json = new ObjectMapper().readTree(Files.readString(files.get(1)));
    assertThat(json.path("tables").asText()).isEqualTo("shop.safetensors");
    assertThat(json.path("vocabularies").path("city").path("values").toString())
        .isEqualTo("[\"Rome\",\"Oslo\"]");
    assertThat(json.path("fields").findValuesAsText("kind"))
        .containsExactly("id", "buckets", "scaled");
    assertThat(json.path("numbers").findValuesAsText("kind")).containsExactly("standardise", "log");
    assertThat(json.path("outputs").findValuesAsText("name")).containsExactly("click", "spent");
    try (SafetensorsFile tables = SafetensorsFile.open(files.get(2))) {
      assertThat(tables.tensor("city").spec().shape()).containsExactly(3L, 3L);
    }
    Map<String, Double> scores =
        ArchiveScorer.open(model).score(Map.of("city", "Oslo", "price", 7.5));
    assertThat(scores).containsOnlyKeys("click", "spent");
  }
}
