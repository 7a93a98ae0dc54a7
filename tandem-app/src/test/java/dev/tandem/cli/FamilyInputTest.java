package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What DEPHN's family, its baselines and the blocks for ids refuse, before anything is trained. */
class FamilyInputTest {
  @TempDir static Path directory;

  private static Shop shop = new Shop(Path.of(""));

  @BeforeAll
  static void openShop() throws IOException {
    shop = Shop.open(directory);
    shop.edit("run.yaml", "numeric: [price]", "numeric: {price: quantile_buckets}");
  }

  private static void refused(List<String> settings, String... said) {
    Shell shell = shop.trainWith(settings);
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.complaint()).contains(said).doesNotContain("\tat ", "epoch");
    assertThat(shell.complaint().lines().filter(l -> l.startsWith("tandem:"))).hasSize(1);
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
  }

  @Test
  void headsThatDoNotDivideTheWidth() {
    refused(
        List.of("model.body={type: dephn, selection: {heads: 3}}"),
        "model.body.selection.heads",
        "3 heads",
        "allowed: a divisor of 8");
    refused(
        List.of("model.body={type: single_task, network: {auto_int: {heads: 3, width: 8}}}"),
        "3 heads do not divide the width 8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "virtual_gradient: z; model.body.virtual_gradient; found z; expected one of a, b",
        "correlation: kendall; model.body.correlation; found kendall; pearson",
        "mappings: [raw, tan]; model.body.mappings; 'tan'; allowed: raw, sin, cos",
        "gate: soft; model.body.gate; found soft; tvg",
        "preset: dehpn; model.body.preset; found dehpn; nearest: dephn",
        "bias_prior: [0.1]; model.body.bias_prior; found 1 shares for 2 tasks; one per task",
        "public_experts: [dnn, gru]; model.body.public_experts; found gru; cross",
        "public_experts: []; model.body.public_experts; found none; at least one of dnn",
        "mappings: []; model.body.mappings; found none; at least one, such as raw",
      })
  void unknownNames(String setting, String path, String found, String allowed) {
    refused(List.of("model.body={type: dephn, " + setting + "}"), path, found, allowed);
  }

  @Test
  void fieldsOfSeveralWidths() {
    refused(
        List.of("features.numeric={price: [{quantile_buckets: {dim: 4}}]}", "model.bottom=dtrn"),
        "features: dtrn needs fields of one common width; found 8 (",
        " and 4 (price",
        "features.dim");
  }

  @Test
  void aVirtualGradientThatHasNothingToScale() {
    refused(
        List.of("model.body=dephn", "tasks={click: click}"),
        "model.body.virtual_gradient",
        "found h",
        "allowed: none, or a second task");
    refused(
        List.of("model.body={type: dephn, gate: none, virtual_gradient: h}"),
        "model.body.virtual_gradient",
        "found h",
        "gate: none",
        "allowed: none, or gate: tvg or mg");
    Shell phn =
        shop.train("--set", "model.body={type: dephn, preset: phn}", "--set", "tasks={buy: buy}");
    assertThat(phn.code()).as(phn.err()).isZero();
    deleteModel();
  }

  private static void deleteModel() {
    try {
      dev.tandem.archive.AtomicFiles.deleteTree(shop.model());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dephn",
        "{type: single_task, network: lr}",
        "{type: single_task, network: fm}",
        "{type: shared_bottom, network: nfm}",
        "{type: mmoe, expert: fint}",
        "{type: cgc, expert: auto_int}",
      })
  void aPlainNumberInABlockForIds(String body) {
    refused(
        List.of("features.numeric={price: standardise}", "model.body=" + body),
        "features.numeric",
        "reads embedded fields alone",
        "found plain numbers (price.standardised)",
        "allowed: the encodings quantile_buckets");
  }

  @ParameterizedTest
  @CsvSource({
    "click = 2, none of its 600 training labels is positive",
    "click < 2, all of its 600"
  })
  void aConstantLabel(String label, String said) {
    Shell shell =
        shop.train(
            "--set",
            "model.body={type: dephn}",
            "--set",
            "tasks={click: click, always: {label: \"" + label + "\"}}");
    assertThat(shell.code()).as(shell.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(shell.complaint()).contains("task always", said).doesNotContain("\tat ");
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
  }

  /** Of an import's files, and of what a made task needs. */
  @Test
  void dataWithoutTheColumnsOfARecipe() throws IOException {
    Path from = Files.createDirectories(directory.resolve("wechat"));
    Files.writeString(from.resolve("user_action.csv"), "userid,feedid,like\n1,7,0\n");
    Files.writeString(from.resolve("feed_info.csv"), "feedid,authorid\n7,1\n");
    Path out = directory.resolve("imported");
    Shell imported = Shell.run("data", "import", "wechat-2021", "--from", from, "--out", out);
    assertThat(imported.code()).as(imported.err()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(imported.complaint())
        .containsPattern("(feed_info|user_action).csv:1: no column \\[")
        .contains("found [");
    assertThat(out.resolve("run.yaml")).doesNotExist();
    Shell recipe =
        Shell.run(
            "data", "import", "wechat-2021", "--from", from, "--out", out, "--recipe", "aitm");
    assertThat(recipe.code()).as(recipe.err()).isEqualTo(ExitCode.USAGE);
    assertThat(recipe.complaint()).contains("aitm", "days", "history");
  }
}
