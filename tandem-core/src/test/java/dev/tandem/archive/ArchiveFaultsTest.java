package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.archive.ArchiveException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk and a kill can do to an archive that is being replaced. */
class ArchiveFaultsTest {
  private static final int KILLS = 12;

  @TempDir Path directory;

  @Test
  void aFullDiskLeavesThePreviousArchive() throws Exception {
    Path disk = mount("size=1m");
    try {
      Path shop = disk.resolve("shop");
      Archives.write(shop, 1);
      ArchiveException error =
          catchThrowableOfType(ArchiveException.class, () -> Archives.write(shop, 2, 100_000));
      assertThat(error.kind()).isEqualTo(Kind.NOT_WRITTEN);
      assertThat(error).hasMessageContaining("No space left").hasMessageContaining(shop.toString());
      assertThat(Archives.generation(shop)).isEqualTo(1);
      Archives.write(shop, 3); // and nothing is left that would fill it
      assertThat(Archives.generation(shop)).isEqualTo(3);
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void aReadOnlyDirectoryIsNamed() throws Exception {
    Path disk = mount("size=1m");
    try {
      Path shop = disk.resolve("shop");
      Archives.write(shop, 1);
      assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
      for (Path target : new Path[] {shop, disk.resolve("new")}) {
        ArchiveException error =
            catchThrowableOfType(ArchiveException.class, () -> Archives.write(target, 2));
        assertThat(error.kind()).isEqualTo(Kind.NOT_WRITTEN);
        assertThat(error).hasMessageContaining("Read-only").hasMessageContaining(target.toString());
      }
      assertThat(Archives.generation(shop)).isEqualTo(1);
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void aProcessKilledWhileWritingLeavesAWholeArchive() throws Exception {
    Path shop = directory.resolve("shop");
    Archives.write(shop, 0);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ArchiveLoop.class.getName(),
                  shop.toString(),
                  Integer.toString(last + 1))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out = writer.inputReader()) {
        // Once it has written one, it is warm, and dies anywhere in one of the next.
        last = Integer.parseInt(String.valueOf(out.readLine()));
        TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
        writer
            .toHandle()
            .destroyForcibly(); // of the process itself, which leaves its output readable
        writer.waitFor();
        String line = out.readLine();
        while (line != null) {
          last = Integer.parseInt(line);
          line = out.readLine();
        }
      }
      int found = Archives.generation(shop);
      // It may have died between the commit and the line that tells of it.
      assertThat(found).as("seed %d, kill %d", seed, kill).isBetween(last, last + 1);
      last = found;
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

  private Path mount(String options) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        Files.isExecutable(Path.of("/bin/mount"))
            && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0,
        "needs the right to mount a small tmpfs");
    return disk;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
