package dev.tandem.cli;

import dev.tandem.archive.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory that is gone when the work is done. */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;

  TemporaryDirectory() throws IOException {
    path = Files.createTempDirectory("tandem-");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    AtomicFiles.deleteTree(path);
  }
}
