package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.archive.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or read-only: one message, the right exit code, nothing half-written. */
class FullDiskTest {
  @TempDir Path directory;

  private Shop shop = new Shop(Path.of(""));

  @BeforeEach
  void openShop() throws IOException {
    shop = Shop.open(directory);
  }

  private Shell train(Path out, Path cache) {
    return Shell.run("train", shop.run(), "--out", out, "--cache", cache);
  }

  private static void refused(Shell shell, int code, String... said) {
    assertThat(shell.code()).as(shell.err()).isEqualTo(code);
    assertThat(shell.complaint()).contains(said).doesNotContain("\tat ", "internal error");
    assertThat(shell.out()).isEmpty();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    }
  }

  @Test
  void aDiskThatFillsUpDuringIngest() throws IOException, InterruptedException {
    Files.writeString(shop.file("train.csv"), Shop.rows(1, 60_000));
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path cache = disk.path().resolve("cache");
      refused(train(shop.model(), cache), ExitCode.BAD_DATA, "disk");
      assertThat(names(cache)).containsExactly(".lock");
    }
    assertThat(shop.model().resolve("manifest.json")).doesNotExist();
  }

  @Test
  void aDiskThatFillsUpWhilePredictionsAreWritten() throws IOException, InterruptedException {
    assertThat(shop.train().code()).isZero();
    Files.writeString(shop.file("many.csv"), Shop.rows(4, 60_000));
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path scored = disk.path().resolve("scored.csv");
      refused(
          Shell.run("predict", shop.model(), "--in", shop.file("many.csv"), "--out", scored),
          ExitCode.BAD_DATA,
          "disk");
      assertThat(names(disk.path())).isEmpty();
    }
  }

  @Test
  void aReadOnlyDisk() throws IOException, InterruptedException {
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      disk.makeReadOnly();
      Path place = disk.path().resolve("place");
      refused(train(shop.model(), place), ExitCode.BAD_DATA, place.toString(), "ead-only");
      Shell out = train(place, shop.file("cache"));
      refused(out, ExitCode.FAILED, "--out", place.toString());
      assertThat(shop.file("cache")).as("found before the data were read").doesNotExist();
    }
  }
}
