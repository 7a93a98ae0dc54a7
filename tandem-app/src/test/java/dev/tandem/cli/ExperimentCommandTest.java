package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.report.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An experiment by the command: its tables, and its page. */
class ExperimentCommandTest {
  private static final String EXPERIMENT =
      """
      base: run.yaml
      models:
        ple: {train.epochs: 1}
        shared bottom: {train.epochs: 1, model.body: {type: shared_bottom, bottom: [8]}}
      seeds: 2
      bootstrap: 20
      """;

  @TempDir static Path directory;

  private static Path results = Path.of("");
  private static String out = "";

  @BeforeAll
  static void run() throws IOException {
    Shop.open(directory);
    Path file = Files.writeString(directory.resolve("two.yaml"), EXPERIMENT);
    results = directory.resolve("results");
    Shell shell = Shell.run("experiment", "run", file, "--out", results);
    assertThat(shell.code()).as(shell.err()).isZero();
    out = shell.out();
  }

  @Test
  void itEndsByNamingItsPage() throws Exception {
    Path page = results.resolve("summary.html");
    assertThat(out)
        .startsWith(Files.readString(results.resolve("summary.md")))
        .endsWith(
            "The summary, one page for a browser: "
                + page.toAbsolutePath()
                + System.lineSeparator());
    assertThat(Files.readString(page)).contains("shared bottom", "name=\"viewport\"");
    assertThat(Shell.run("experiment", "table", results).out()).isEqualTo(out);
    assertThat(Browser.orSkip(directory).open(page).console()).isEmpty();
  }

  @Test
  void itsTablesAreOneJsonObject() throws IOException {
    JsonNode summary = Shop.json(Shell.run("experiment", "table", results, "--json"));
    assertThat(summary.get("title").asText()).isEqualTo("two");
    JsonNode metrics = summary.at("/tables/0");
    assertThat(metrics.get("title").asText()).endsWith(": metrics");
    assertThat(metrics.get("header")).hasSize(2 + 2 * 2);
    assertThat(metrics.get("rows")).hasSize(2);
    assertThat(metrics.at("/rows/1/0").asText()).isEqualTo("shared bottom");
    assertThat(metrics.get("notes")).isNotEmpty();
  }

  /** A process of its own, so that it finds a stand-in for the desktop's opener. */
  @Test
  @DisabledOnOs({OS.WINDOWS, OS.MAC})
  void itIsShownWhereThereIsADesktop() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path shown = directory.resolve("shown");
    Path opener = bin.resolve("xdg-open");
    Files.writeString(opener, "#!/bin/sh\necho \"$1\" > '" + shown + "'\n");
    assertThat(opener.toFile().setExecutable(true)).isTrue();
    Path page = results.resolve("summary.html").toAbsolutePath();
    Process process = table(bin, Map.of("DISPLAY", ":9"));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    for (int i = 0; i < 300 && !Files.exists(shown); i++) {
      Thread.sleep(100);
    }
    while (Files.size(shown) == 0) {
      Thread.sleep(10);
    }
    assertThat(Files.readString(shown).strip()).isEqualTo(page.toUri().toString());

    Process headless = table(bin, Map.of());
    String said = new String(headless.getErrorStream().readAllBytes());
    assertThat(headless.waitFor()).isZero();
    assertThat(said).contains("no desktop", page.toString());
  }

  private static Process table(Path bin, Map<String, String> variables) throws IOException {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "experiment",
            "table",
            results.toAbsolutePath().toString(),
            "--open");
    java.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    java.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    java.environment().keySet().removeAll(List.of("DISPLAY", "WAYLAND_DISPLAY"));
    java.environment().putAll(variables);
    return java.start();
  }

  @Test
  void everyDesktopHasAnOpener() {
    assertThat(PageOption.opener("Linux", Map.of())).isEmpty();
    assertThat(PageOption.opener("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0")))
        .isEqualTo(Optional.of(List.of("xdg-open")));
    assertThat(PageOption.opener("Mac OS X", Map.of())).isEqualTo(Optional.of(List.of("open")));
    assertThat(PageOption.opener("Windows 11", Map.of())).isPresent();
  }
}
