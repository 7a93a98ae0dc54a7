package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that a signal or a full disk stops go on to the very model they would have had. */
@DisabledOnOs(OS.WINDOWS)
class InterruptTest {
  @TempDir static Path directory;

  private static Shop shop = new Shop(Path.of(""));
  private static Map<String, String> undisturbed = Map.of();

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    shop = Shop.open(directory);
    shop.edit("run.yaml", "epochs: 2", "epochs: 10, early_stopping: null");
    Shell calm = train(directory.resolve("calm"));
    assertThat(calm.code()).as(calm.err()).isZero();
    undisturbed = parts(directory.resolve("calm"));
  }

  /** The arguments of a training of the shop. */
  private static List<String> words(Path out, String... more) {
    List<String> words = new ArrayList<>(List.of("train", shop.run().toString()));
    words.addAll(List.of("--out", out.toString()));
    words.addAll(List.of("--cache", directory.resolve("cache").toString()));
    words.addAll(List.of(more));
    return words;
  }

  private static Shell train(Path out, String... more) {
    return Shell.run(words(out, more).toArray());
  }

  /** What a model consists of; the manifest holds the words that were typed. */
  private static Map<String, String> parts(Path model) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = String.valueOf(file.getFileName());
        if (!name.equals("manifest.json") && !name.startsWith(".")) {
          parts.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
    }
    assertThat(parts).containsKeys("weights.safetensors", "tables.safetensors");
    return parts;
  }

  /** Starts the command in a process of its own and signals it after its second epoch. */
  private static String interrupted(Path out, String signal, int code) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens=java.base/java.nio=ALL-UNNAMED", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(words(out));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("epoch 2:")) {
          String id = String.valueOf(process.pid());
          assertThat(new ProcessBuilder("kill", "-s", signal, id).start().waitFor()).isZero();
        }
      }
    }
    assertThat(process.waitFor()).as(said.toString()).isEqualTo(code);
    return said.toString();
  }

  @Test
  void ctrlCFinishesTheStepAndSaves() throws Exception {
    Path out = directory.resolve("interrupted");
    assertThat(interrupted(out, "INT", 130))
        .contains("stopping after this step", "stopped after step", "of 100", "--resume")
        .doesNotContain("SIGSEGV", "internal error");
    assertThat(out.resolve("manifest.json")).doesNotExist();
    Shell again = train(out);
    assertThat(again.code()).isEqualTo(ExitCode.FAILED);
    assertThat(again.complaint()).contains("--resume");
    Shell resumed = train(out, "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("going on after step");
    assertThat(parts(out)).isEqualTo(undisturbed);
    assertThat(out.resolve("checkpoints")).doesNotExist();
  }

  /** A disk of one megabyte fills up while a training runs on it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskLosesNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assumeTrue(mounted == 0, "this user may not mount a small file system");
    try {
      Path out = disk.resolve("model");
      interrupted(out, "TERM", 143);
      Path filler = fill(disk);
      Shell full = train(out, "--resume");
      assertThat(full.code()).as(full.err()).isEqualTo(ExitCode.FAILED);
      assertThat(full.complaint()).contains("checkpoints", "No space left").doesNotContain("bug");
      assertThat(out.resolve("manifest.json")).doesNotExist();
      Files.delete(filler);
      Shell resumed = train(out, "--resume");
      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(parts(out)).isEqualTo(undisturbed);
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  /** Writes until nothing more goes in. */
  private static Path fill(Path disk) throws IOException {
    Path filler = disk.resolve("filler");
    byte[] page = new byte[4096];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    return filler;
  }
}
