package dev.tandem.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The newest checkpoints of one training run, a directory {@code step-000123} each. Each appears by
 * one rename when all of it is on the disk, so whoever is killed at any moment leaves the ones
 * before. The store holds the {@link WriteLock} of its directory until it is closed: a second
 * training there fails at its start. Not thread-safe.
 */
public final class CheckpointStore implements AutoCloseable {
  private static final Pattern STEP = Pattern.compile("step-(\\d{6,19})");
  private static final Pattern LEFTOVER =
      Pattern.compile("\\.(step-\\d{6,19})\\.(new|replaced|removed)");

  private final Path directory;
  private final int keep;
  private final WriteLock lock;

  private CheckpointStore(WriteLock lock, int keep) {
    this.directory = lock.directory();
    this.keep = keep;
    this.lock = lock;
  }

  /**
   * Opens the store of a directory, which is made if needed, and clears away what a killed process
   * left half done.
   *
   * @param keep how many checkpoints to keep, at least 1; while one is saved there is one more
   * @throws ArchiveException IN_USE if another training works there, NOT_WRITTEN if the disk
   *     refuses
   */
  public static CheckpointStore open(Path directory, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, is " + keep);
    }
    try {
      AtomicFiles.makeDirectory(directory);
      WriteLock lock = WriteLock.acquire(directory);
      try {
        CheckpointStore store = new CheckpointStore(lock, keep);
        store.sweep();
        return store;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw ArchiveException.notWritten("checkpoints", directory, e);
    }
  }

  /**
   * Saves the state after {@code step} steps, then removes the oldest beyond {@code keep}, and any
   * of a later step: they belong to a continuation that was given up.
   *
   * @param properties short strings, read back by {@link Checkpoint#properties()}
   * @throws ArchiveException NOT_WRITTEN if the disk refuses; the checkpoints before are whole
   */
  public void save(long step, Map<String, String> properties, PartsWriter.Content content) {
    Path target = path(step);
    Path unfinished = hidden(target, "new");
    try {
      try {
        AtomicFiles.deleteTree(unfinished);
        Files.createDirectory(unfinished);
        PartsWriter parts = new PartsWriter(unfinished);
        content.write(parts);
        Manifest manifest =
            new Manifest(
                Checkpoint.FORMAT.name(), Checkpoint.FORMAT.newest(), properties, parts.entries());
        AtomicFiles.writeSynced(
            unfinished.resolve(Manifest.FILE), out -> out.write(manifest.bytes()));
        AtomicFiles.syncDirectory(unfinished);
        if (Files.exists(target)) {
          AtomicFiles.move(target, hidden(target, "replaced"));
        }
        AtomicFiles.move(unfinished, target);
      } finally {
        AtomicFiles.deleteTree(unfinished);
      }
      prune(step);
      sweep();
    } catch (IOException e) {
      throw ArchiveException.notWritten("checkpoint", target, e);
    }
  }

  /**
   * Opens the newest whole checkpoint, or none.
   *
   * @param skipped told of every newer one that cannot be used
   */
  public Optional<Checkpoint> latest(Consumer<ArchiveException> skipped) {
    for (long step : steps()) {
      try {
        return Optional.of(Checkpoint.open(path(step), step));
      } catch (ArchiveException e) {
        skipped.accept(e);
      }
    }
    return Optional.empty();
  }

  /** The steps of all checkpoints, whole or not, newest first. */
  public List<Long> steps() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> STEP.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(m -> Long.valueOf(m.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw ArchiveException.notRead("checkpoints", directory, e);
    }
  }

  /** Removes all checkpoints, for a run that starts afresh or is done. */
  public void clear() {
    try {
      for (long step : steps()) {
        remove(step);
      }
    } catch (IOException e) {
      throw ArchiveException.notWritten("checkpoints", directory, e);
    }
  }

  /** Gives the directory free. */
  @Override
  public void close() {
    lock.close();
  }

  private void prune(long saved) throws IOException {
    int kept = 0;
    for (long step : steps()) {
      if (step > saved || kept == keep) {
        remove(step);
      } else {
        kept++;
      }
    }
  }

  // Renamed first: a deletion that is killed halfway must not look like a damaged checkpoint.
  private void remove(long step) throws IOException {
    Path removed = hidden(path(step), "removed");
    AtomicFiles.deleteTree(removed);
    AtomicFiles.move(path(step), removed);
    AtomicFiles.deleteTree(removed);
  }

  private void sweep() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    for (Path file : files) {
      Matcher leftover = LEFTOVER.matcher(file.getFileName().toString());
      if (leftover.matches()) {
        Path target = directory.resolve(leftover.group(1));
        if (leftover.group(2).equals("replaced") && !Files.exists(target)) {
          AtomicFiles.move(file, target); // killed between the two renames of a replacement
        } else {
          AtomicFiles.deleteTree(file);
        }
      }
    }
  }

  private Path path(long step) {
    return directory.resolve(String.format(Locale.ROOT, "step-%06d", step));
  }

  private static Path hidden(Path checkpoint, String state) {
    return checkpoint.resolveSibling("." + checkpoint.getFileName() + "." + state);
  }
}
