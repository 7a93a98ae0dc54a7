package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.archive.Archive;
import dev.tandem.archive.Part;
import dev.tandem.archive.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wide &amp; Deep as published: crosses for the wide part alone, and FTRL on its weights. */
class WidePartTest {
  private static final String CROSS =
      "features.crosses={user_item: {columns: [user, item], hash_buckets: 50, dim: 0}}";
  private static final String WIDE =
      "model.body={type: single_task, network: {wide_deep: {hidden: [8]}}}";

  @TempDir Path directory;
  private Shop shop = new Shop(Path.of(""));

  @BeforeEach
  void open() throws IOException {
    shop = Shop.open(directory);
  }

  private float[] table(String name) {
    try (Archive archive = Archive.open(shop.model());
        SafetensorsFile tables = archive.tensors(Part.TABLES)) {
      return tables.has(name) ? tables.tensor(name).floats() : new float[0];
    }
  }

  @Test
  void aCrossWithoutAVectorHasAFirstOrderWeightInBothRuntimes() throws IOException {
    Shell trained = shop.trainWith(List.of(WIDE, CROSS));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(table("linear.user_item")).hasSize(51);
    assertThat(count(table("linear.user_item"))).isGreaterThan(40);
    assertThat(table("user_item")).isEmpty();
    assertThat(table("user")).isNotEmpty();

    List<List<JsonNode>> scored = new ArrayList<>();
    for (String runtime : List.of("java", "onnx")) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line : Files.readAllLines(shop.predict(runtime, runtime + ".jsonl"))) {
        rows.add(new ObjectMapper().readTree(line));
      }
      scored.add(rows);
    }
    assertThat(scored.get(0)).hasSize(200);
    for (int i = 0; i < 200; i++) {
      double java = scored.get(0).get(i).at("/click").asDouble();
      assertThat(java).isCloseTo(scored.get(1).get(i).at("/click").asDouble(), within(1e-6));
    }

    Path exported = shop.file("wide.onnx");
    assertThat(Shell.run("export", shop.model(), "--out", exported).code()).isZero();
    JsonNode json = new ObjectMapper().readTree(Files.readString(shop.file("wide.json")));
    assertThat(json.at("/fields/2/table").asText()).isEqualTo("user_item");
    assertThat(json.at("/fields/2/dim").asInt(-1)).isZero();
    try (SafetensorsFile tables = SafetensorsFile.open(shop.file("wide.safetensors"))) {
      assertThat(tables.has("linear.user_item")).isTrue();
      assertThat(tables.has("user_item")).isFalse();
    }
  }

  @Test
  void ftrlMovesTheWidePartAloneAndDropsItsWeakWeights() throws IOException {
    Shell none = shop.trainWith(List.of(WIDE, CROSS, "train.optimizer.linear={ftrl: {l1: 1000}}"));
    assertThat(none.code()).as(none.err()).isZero();
    assertThat(none.err()).doesNotContain("moves nothing");
    assertThat(count(table("linear.user_item"))).isZero();
    assertThat(count(table("linear.user"))).isZero();
    assertThat(count(table("user"))).isPositive();

    shop = Shop.open(Files.createDirectories(directory.resolve("again")));
    Shell some = shop.trainWith(List.of(WIDE, CROSS, "train.optimizer.linear={ftrl: {l1: 0.02}}"));
    assertThat(some.code()).as(some.err()).isZero();
    assertThat(count(table("linear.user_item"))).isBetween(1L, 49L);
  }

  private static long count(float[] weights) {
    long found = 0;
    for (float w : weights) {
      found += w == 0 ? 0 : 1;
    }
    return found;
  }

  @Test
  void aModelWithoutFirstOrderWeightsRefusesSuchACross() {
    Shell shell = shop.trainWith(List.of(CROSS));
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint())
        .contains("features.crosses.user_item.dim", "found 0", "allowed: at least 1", "wide_deep")
        .doesNotContain("\tat ", "epoch");
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
  }

  @Test
  void rulesThatMoveNothingAreNamed() {
    Shell shell =
        shop.trainWith(
            List.of(
                "train.optimizer={gates: {sgd: 0.05}, connections: {sgd: 0.05}, linear: {sgd: 0.05}}"));
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.err())
        .contains(
            "train.optimizer.gates moves nothing: this model has no gates",
            "train.optimizer.connections moves nothing",
            "train.optimizer.linear moves nothing");
  }
}
