package dev.tandem.archive;

import dev.tandem.archive.ArchiveException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a model archive, replacing a previous one at a single moment: the rename of the new
 * manifest.
 *
 * <p>The parts are written into {@code .writing} inside the archive's directory together with both
 * manifests, then moved under names that are free, then the manifest is renamed over the old one,
 * then the old parts go. Whoever is killed in between leaves either the old manifest with all its
 * parts or the new one with all its parts; what else lies there is listed in the manifests of
 * {@code .writing} and is removed by the next writer. Files that no manifest lists are never
 * touched.
 */
public final class ArchiveWriter {
  private static final String STAGING = ".writing";
  private static final String REPLACED = "replaced.json";

  private final Path target;
  private final Path staging;

  private ArchiveWriter(WriteLock lock) {
    this.target = lock.directory();
    this.staging = target.resolve(STAGING);
  }

  /**
   * Writes an archive into {@code target}, a directory that is made if needed.
   *
   * @throws ArchiveException IN_USE if another writer is at it, NOT_WRITTEN if the disk refuses, or
   *     the error of what stands there if that is no archive that this Tandem could have written;
   *     in each case, and if {@code content} fails, the previous archive is whole
   */
  public static void write(Path target, Origin origin, PartsWriter.Content content) {
    boolean existed = Files.isDirectory(target);
    try {
      AtomicFiles.makeDirectory(target);
      try (WriteLock lock = WriteLock.acquire(target)) {
        new ArchiveWriter(lock).replace(origin, content);
      } finally {
        if (!existed) {
          deleteIfEmpty(target);
        }
      }
    } catch (IOException e) {
      throw ArchiveException.notWritten("model archive", target, e);
    }
  }

  private void replace(Origin origin, PartsWriter.Content content) throws IOException {
    Optional<Manifest> previous =
        Files.exists(target.resolve(Manifest.FILE))
            ? Optional.of(Manifest.read(target, Archive.FORMAT))
            : Optional.empty();
    sweep(previous);
    try {
      Files.createDirectory(staging);
      PartsWriter parts = new PartsWriter(staging);
      content.write(parts);
      Manifest manifest =
          new Manifest(Archive.FORMAT.name(), Archive.VERSION, origin.properties(), place(parts));
      if (previous.isPresent()) {
        byte[] old = Files.readAllBytes(target.resolve(Manifest.FILE));
        AtomicFiles.writeSynced(staging.resolve(REPLACED), out -> out.write(old));
      }
      AtomicFiles.writeSynced(staging.resolve(Manifest.FILE), out -> out.write(manifest.bytes()));
      AtomicFiles.syncDirectory(staging);
      for (Map.Entry<String, Manifest.Entry> staged : parts.entries().entrySet()) {
        Manifest.Entry placed = Objects.requireNonNull(manifest.parts().get(staged.getKey()));
        Files.move(
            staging.resolve(staged.getValue().file()),
            target.resolve(placed.file()),
            StandardCopyOption.ATOMIC_MOVE);
      }
      AtomicFiles.syncDirectory(target);
      Files.move(
          staging.resolve(Manifest.FILE),
          target.resolve(Manifest.FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      AtomicFiles.syncDirectory(target);
      previous = Optional.of(manifest);
    } finally {
      sweep(previous);
    }
  }

  /** Gives every part a file name that is free in the target. */
  private Map<String, Manifest.Entry> place(PartsWriter parts) {
    Set<String> missing = new TreeSet<>(Part.REQUIRED);
    missing.removeAll(parts.entries().keySet());
    if (!missing.isEmpty()) {
      throw new IllegalStateException("An archive must also hold " + missing);
    }
    Map<String, Manifest.Entry> placed = new LinkedHashMap<>();
    Set<String> given = new TreeSet<>();
    parts
        .entries()
        .forEach(
            (name, e) ->
                placed.put(name, new Manifest.Entry(free(e.file(), given), e.size(), e.sha256())));
    return placed;
  }

  private String free(String file, Set<String> given) {
    int dot = file.lastIndexOf('.') < 0 ? file.length() : file.lastIndexOf('.');
    String candidate = file;
    for (int n = 2; Files.exists(target.resolve(candidate)) || !given.add(candidate); n++) {
      candidate = file.substring(0, dot) + "." + n + file.substring(dot);
    }
    return candidate;
  }

  /**
   * Removes what an interrupted or finished write left over: files that its manifests list, but the
   * {@code current} does not.
   */
  private void sweep(Optional<Manifest> current) throws IOException {
    Set<String> live = new TreeSet<>();
    current.ifPresent(m -> m.parts().values().forEach(e -> live.add(e.file())));
    for (String name : new String[] {Manifest.FILE, REPLACED}) {
      Path file = staging.resolve(name);
      if (Files.exists(file)) {
        for (Manifest.Entry e : listed(file)) {
          if (!live.contains(e.file())) {
            Files.deleteIfExists(target.resolve(e.file()));
          }
        }
      }
    }
    AtomicFiles.deleteTree(staging);
  }

  private static Iterable<Manifest.Entry> listed(Path file) throws IOException {
    try {
      return Manifest.parse(Files.readAllBytes(file), file, Archive.FORMAT).parts().values();
    } catch (ArchiveException e) {
      if (e.kind() == Kind.CORRUPT) {
        return Set.of(); // killed while writing this very list: nothing had been moved yet
      }
      throw e;
    }
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // The archive was written.
    }
  }
}
