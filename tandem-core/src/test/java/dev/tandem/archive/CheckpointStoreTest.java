package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.archive.ArchiveException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final int KILLS = 12;
  private static final int ROWS = 5_000;

  @TempDir Path directory;

  @Test
  void givesBackTheNewest() {
    try (CheckpointStore store = CheckpointStore.open(directory, 3)) {
      assertThat(store.latest(CheckpointStoreTest::unexpected)).isEmpty();
      save(store, 5);
      save(store, 1_234_567_890_123L);
    }
    try (CheckpointStore store = CheckpointStore.open(directory, 3)) {
      assertThat(stepOfLatest(store)).isEqualTo(1_234_567_890_123L);
    }
    assertThat(directory.resolve("step-000005")).isDirectory();
    assertThat(directory.resolve("step-1234567890123")).isDirectory();
  }

  @Test
  void keepsTheNewestOnes() {
    try (CheckpointStore store = CheckpointStore.open(directory, 2)) {
      for (long step = 10; step <= 50; step += 10) {
        save(store, step);
      }
      assertThat(store.steps()).containsExactly(50L, 40L);
      store.clear();
      assertThat(store.steps()).isEmpty();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void passesOverDamagedOnesAndSaysSo() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(directory, 5)) {
      for (long step = 1; step <= 4; step++) {
        save(store, step);
      }
      flip(directory.resolve("step-000004/tables.safetensors"), 1_000);
      Files.delete(directory.resolve("step-000003/manifest.json"));
      List<ArchiveException> skipped = new ArrayList<>();
      try (Checkpoint latest = store.latest(skipped::add).orElseThrow()) {
        assertThat(latest.step()).isEqualTo(2);
      }
      assertThat(skipped)
          .extracting(ArchiveException::kind)
          .containsExactly(Kind.CORRUPT, Kind.NOT_AN_ARCHIVE);
      assertThat(skipped.get(0))
          .hasMessageContaining("tables.safetensors")
          .hasMessageContaining("step-000004");

      // Training went on from 2: what was damaged is of no use any more, and must not push out what
      // is whole.
      save(store, 3);
      assertThat(store.steps()).containsExactly(3L, 2L, 1L);
      assertThat(stepOfLatest(store)).isEqualTo(3);
    }
  }

  @Test
  void findsAnyFlippedByte() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(directory, 1)) {
      save(store, 7);
      Random random = new Random(3);
      for (String name : List.of("manifest.json", "tables.safetensors", "state.json")) {
        Path file = directory.resolve("step-000007").resolve(name);
        long size = Files.size(file);
        for (int i = 0; i < 50; i++) {
          long at = (long) (random.nextDouble() * size);
          flip(file, at);
          List<ArchiveException> skipped = new ArrayList<>();
          assertThat(store.latest(skipped::add)).isEmpty();
          assertThat(skipped).hasSize(1);
          assertThat(skipped.get(0)).hasMessageContaining(name);
          flip(file, at);
        }
      }
      assertThat(stepOfLatest(store)).isEqualTo(7);
    }
  }

  @Test
  void replacesACheckpointOfTheSameStep() {
    try (CheckpointStore store = CheckpointStore.open(directory, 1)) {
      save(store, 7);
      store.save(7, Map.of("run", "other"), parts -> parts.text("state.json", "{}"));
      try (Checkpoint latest = store.latest(CheckpointStoreTest::unexpected).orElseThrow()) {
        assertThat(latest.properties()).containsEntry("run", "other");
        assertThat(latest.has("tables.safetensors")).isFalse();
      }
      assertThat(store.steps()).containsExactly(7L);
    }
  }

  @Test
  void completesOrUndoesWhatAKilledProcessBegan() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(directory, 3)) {
      save(store, 1);
      save(store, 2);
    }
    Files.move(directory.resolve("step-000002"), directory.resolve(".step-000002.replaced"));
    Files.createDirectory(directory.resolve(".step-000003.new"));
    Files.writeString(directory.resolve(".step-000003.new/tables.safetensors"), "half");
    Files.createDirectory(directory.resolve(".step-000000.removed"));
    Files.writeString(directory.resolve("notes.txt"), "mine");
    try (CheckpointStore store = CheckpointStore.open(directory, 3)) {
      assertThat(stepOfLatest(store)).isEqualTo(2);
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000001", "step-000002", "notes.txt");
    }
  }

  @Test
  void refusesASecondTraining() {
    try (CheckpointStore store = CheckpointStore.open(directory, 3)) {
      save(store, 1);
      assertThatThrownBy(() -> CheckpointStore.open(directory, 3))
          .isInstanceOfSatisfying(
              ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
      save(store, 2);
    }
    CheckpointStore.open(directory, 3).close();
  }

  @Test
  void keepsTheOthersWhenOneFails() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory);
        CheckpointStore store = CheckpointStore.open(disk.path().resolve("checkpoints"), 2)) {
      save(store, 1, 5_000);
      ArchiveException error =
          catchThrowableOfType(ArchiveException.class, () -> save(store, 2, 50_000));
      assertThat(error.kind()).isEqualTo(Kind.NOT_WRITTEN);
      assertThat(error).hasMessageContaining("No space left").hasMessageContaining("step-000002");
      assertThatThrownBy(
              () ->
                  store.save(
                      3,
                      Map.of(),
                      parts -> {
                        throw new IllegalStateException("diverged");
                      }))
          .hasMessage("diverged");
      assertThat(stepOfLatest(store)).isEqualTo(1);
      save(store, 4, 5_000);
      assertThat(stepOfLatest(store)).isEqualTo(4);
    }
  }

  @Test
  void aProcessKilledWhileSavingLeavesAWholeCheckpoint() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int found = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int told =
          DoomedProcess.lastWordsOf(
              CheckpointLoop.class, random.nextInt(60_000), directory, found + 1);
      try (CheckpointStore store = CheckpointStore.open(directory, 2)) {
        found = (int) stepOfLatest(store);
        assertThat(found).as("seed %d, kill %d", seed, kill).isBetween(told, told + 1);
        assertThat(store.steps()).hasSizeBetween(1, 3);
      }
    }
  }

  /** Saves one checkpoint after the other for ever, telling of each. */
  static final class CheckpointLoop {
    public static void main(String[] arguments) {
      try (CheckpointStore store = CheckpointStore.open(Path.of(arguments[0]), 2)) {
        for (int step = Integer.parseInt(arguments[1]); ; step++) {
          save(store, step);
          System.out.println(step);
        }
      }
    }
  }

  private static void save(CheckpointStore store, long step) {
    save(store, step, ROWS);
  }

  private static void save(CheckpointStore store, long step, int rows) {
    store.save(
        step,
        Map.of("run", "hash-" + step),
        parts -> {
          float[] row = new float[12];
          Arrays.fill(row, step);
          parts.tensors(
              "tables.safetensors",
              List.of(
                  TensorSpec.f32("user.wmv", rows, 12),
                  TensorSpec.of("user.touched", DType.I64, 2)),
              w -> {
                for (int r = 0; r < rows; r++) {
                  w.floats("user.wmv", row);
                }
                w.longs("user.touched", new long[] {step, -step});
              });
          parts.text("state.json", "{\"step\": " + step + "}");
        });
  }

  /** The step of the newest whole one, after looking at all that is in it. */
  private static long stepOfLatest(CheckpointStore store) {
    try (Checkpoint latest = store.latest(CheckpointStoreTest::unexpected).orElseThrow()) {
      long step = latest.step();
      assertThat(latest.properties()).containsExactly(Map.entry("run", "hash-" + step));
      assertThat(latest.text("state.json")).isEqualTo("{\"step\": " + step + "}");
      SafetensorsFile tables = latest.tensors("tables.safetensors");
      assertThat(tables.tensor("user.touched").longs()).containsExactly(step, -step);
      assertThat(tables.tensor("user.wmv").floats()).hasSize(ROWS * 12).containsOnly(step);
      return step;
    }
  }

  private static void unexpected(ArchiveException e) {
    throw new AssertionError(e);
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x10;
    Files.write(file, bytes);
  }
}
