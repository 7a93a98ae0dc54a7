package dev.tandem.archive;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of one megabyte, where the tests may mount one. */
public final class SmallDisk implements AutoCloseable {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /**
   * Mounts it in a new directory of {@code directory}; skips the test where that is not allowed.
   */
  public static SmallDisk mount(Path directory) throws IOException, InterruptedException {
    Path path = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        Files.isExecutable(Path.of("/bin/mount"))
            && run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path.toString()) == 0,
        "needs the right to mount a small tmpfs");
    return new SmallDisk(path);
  }

  /** Where it is mounted. */
  public Path path() {
    return path;
  }

  /** Mounts it again, so that nothing more can be written. */
  public void makeReadOnly() throws IOException, InterruptedException {
    run("mount", "-o", "remount,ro", path.toString());
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", path.toString());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
