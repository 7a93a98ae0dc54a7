package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.ArchiveWriter;
import dev.tandem.archive.Origin;
import dev.tandem.archive.Part;
import dev.tandem.archive.TensorSpec;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Schema;
import dev.tandem.schema.Side;
import dev.tandem.schema.Table;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {
  private static final String METRICS =
      """
      {"best_epoch": 3,
       "validation": {"rows": 5000, "tasks": {
         "click": {"n": 5000, "positives": 1200, "auc": 0.71234, "details": {"auc": {"x": 1}}},
         "buy": {"n": 1200, "auc": 0.65, "undefined": ["gauc"]}}}}
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeAnArchive() {
    Schema schema =
        new Schema(
            List.of(
                new IdFeature("user", "user_id", Table.whole("user", 8), Side.USER),
                new NumericFeature(
                    "price", "price", List.of(new NumericEncoding.Log(5)), Side.ITEM)),
            List.of(
                Task.binary("click", "clicked = 1"),
                new Task("buy", TaskKind.BINARY, "bought", Optional.of("click"), 1, 0.5, 1)),
            Optional.of("user_id"),
            Optional.empty());
    ArchiveWriter.write(
        shop(),
        new Origin("tandem train run.yaml", "0123abcd", 7, "feed"),
        parts -> {
          parts.text(Part.SCHEMA, Canonical.json(schema, Catalog.empty()));
          parts.text(Part.CONFIG, "seed: 7\n");
          parts.text(Part.PREPROCESSING, "{}");
          parts.text(Part.GRAPH, "{}");
          parts.text(Part.METRICS, METRICS);
          parts.tensors(
              Part.WEIGHTS,
              List.of(TensorSpec.f32("tower.0.0.W", 9, 2), TensorSpec.f32("tower.0.0.b", 2)),
              w -> {
                w.floats("tower.0.0.W", new float[18]);
                w.floats("tower.0.0.b", new float[2]);
              });
          parts.tensors(
              Part.TABLES,
              List.of(TensorSpec.f32("user", 200, 8)),
              w -> w.floats("user", new float[1600]));
        });
  }

  private Path shop() {
    return directory.resolve("shop");
  }

  @Test
  void printsWhatIsInTheArchive() {
    assertThat(run("inspect", shop().toString())).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "command tandem train run.yaml",
            "run 0123abcd",
            "seed 7",
            "click binary 1 1 clicked = 1",
            "buy binary 1 0.5000 click bought",
            "Features: 2, giving the model 1 fields of together 8 numbers, 1 plain numbers, 0"
                + " sequences",
            "user id user user_id user × 8",
            "price numeric item price",
            "Embedding tables: 1,600 numbers in 1 tensors",
            "user [200, 8] 1,600",
            "Parameters: 20 numbers in 2 tensors",
            "tower.0.0.W [9, 2] 18",
            "Metrics on validation",
            "task n positives auc",
            "click 5,000 1,200 0.7123",
            "buy 1,200 0.6500");
  }

  @Test
  void printsTheSameAsOneJsonObject() throws IOException {
    assertThat(run("inspect", "--json", shop().toString())).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/path").asText()).isEqualTo(shop().toString());
    assertThat(json.at("/origin/seed").asLong()).isEqualTo(7);
    assertThat(json.at("/origin/command").asText()).isEqualTo("tandem train run.yaml");
    assertThat(json.at("/tasks/1/within").asText()).isEqualTo("click");
    assertThat(json.at("/features/0/tables/0").asText()).isEqualTo("user");
    assertThat(json.at("/group").asText()).isEqualTo("user_id");
    assertThat(json.at("/parameter_count").asLong()).isEqualTo(20);
    assertThat(json.at("/parameters/0/shape")).hasToString("[9,2]");
    assertThat(json.at("/table_parameter_count").asLong()).isEqualTo(1600);
    assertThat(json.at("/metrics/validation/tasks/click/auc").asDouble()).isEqualTo(0.71234);
    assertThat(json.at("/metrics/best_epoch").asInt()).isEqualTo(3);
    assertThat(json.at("/parts")).hasSize(7);
    assertThat(json.at("/parts/0/sha256").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void namesADamagedPartAndWhatIsNoArchive() throws IOException {
    Path weights = shop().resolve(Part.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 3] ^= 1;
    Files.write(weights, bytes);
    assertThat(run("inspect", shop().toString())).isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains(Part.WEIGHTS).contains("damaged").hasLineCount(1);
    assertThat(out.toString()).isEmpty();

    assertThat(run("inspect", directory.resolve("elsewhere").toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("elsewhere").contains("no such directory");
  }

  private int run(String... args) {
    CommandLine line = new CommandLine(new TandemCommand());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Main.run(line, args);
  }
}
