package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.archive.ArchiveException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk and a kill can do to an archive that is being replaced. */
class ArchiveFaultsTest {
  private static final int KILLS = 12;

  @TempDir Path directory;

  @Test
  void aFullDiskLeavesThePreviousArchive() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path shop = disk.path().resolve("shop");
      Archives.write(shop, 1);
      ArchiveException error =
          catchThrowableOfType(ArchiveException.class, () -> Archives.write(shop, 2, 100_000));
      assertThat(error.kind()).isEqualTo(Kind.NOT_WRITTEN);
      assertThat(error).hasMessageContaining("No space left").hasMessageContaining(shop.toString());
      assertThat(Archives.generation(shop)).isEqualTo(1);
      Archives.write(shop, 3); // and nothing is left that would fill it
      assertThat(Archives.generation(shop)).isEqualTo(3);
    }
  }

  @Test
  void aReadOnlyDirectoryIsNamed() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path shop = disk.path().resolve("shop");
      Archives.write(shop, 1);
      disk.makeReadOnly();
      for (Path target : new Path[] {shop, disk.path().resolve("new")}) {
        ArchiveException error =
            catchThrowableOfType(ArchiveException.class, () -> Archives.write(target, 2));
        assertThat(error.kind()).isEqualTo(Kind.NOT_WRITTEN);
        assertThat(error).hasMessageContaining("Read-only").hasMessageContaining(target.toString());
      }
      assertThat(Archives.generation(shop)).isEqualTo(1);
    }
  }

  @Test
  void aProcessKilledWhileWritingLeavesAWholeArchive() throws Exception {
    Path shop = directory.resolve("shop");
    Archives.write(shop, 0);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int found = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // Once it has written one, it is warm, and dies anywhere in one of the next.
      int told =
          DoomedProcess.lastWordsOf(ArchiveLoop.class, random.nextInt(60_000), shop, found + 1);
      found = Archives.generation(shop);
      // It may have died between the commit and the line that tells of it.
      assertThat(found).as("seed %d, kill %d", seed, kill).isBetween(told, told + 1);
    }
    Archives.write(shop, 1_000_000);
    assertThat(Archives.generation(shop)).isEqualTo(1_000_000);
    try (var files = Files.list(shop)) {
      assertThat(files.filter(f -> !f.getFileName().toString().startsWith(".lock."))).hasSize(9);
    }
  }

  /** Replaces one archive for ever, telling of each. */
  static final class ArchiveLoop {
    public static void main(String[] arguments) {
      Path target = Path.of(arguments[0]);
      for (int generation = Integer.parseInt(arguments[1]); ; generation++) {
        Archives.write(target, generation, 2_000);
        System.out.println(generation);
      }
    }
  }
}
