package dev.tandem.archive;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to write into one directory, held by at most one writer at a time: a file {@code .lock}
 * that names the process, its start and its host. The lock of a process that no longer lives on
 * this host is taken over; a lock from another host is never guessed about. (An operating-system
 * lock would be dropped as soon as any thread of the process closes another handle of the file.)
 */
public final class WriteLock implements AutoCloseable {
  private static final String FILE = ".lock";
  // The start of a process is derived from the boot time, which shifts when the clock is set.
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private final Path directory;
  private final Path file;
  private final Owner owner;

  private record Owner(String token, long pid, Instant start, String host) {
    static Owner self() {
      ProcessHandle self = ProcessHandle.current();
      return new Owner(UUID.randomUUID().toString(), self.pid(), start(self), hostName());
    }

    static Instant start(ProcessHandle process) {
      return process.info().startInstant().orElse(Instant.EPOCH);
    }

    String text() {
      return String.join("\n", token, Long.toString(pid), start.toString(), host) + "\n";
    }

    static Optional<Owner> parse(String text) {
      List<String> lines = text.lines().toList();
      if (lines.size() != 4) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Owner(
                lines.get(0),
                Long.parseLong(lines.get(1)),
                Instant.parse(lines.get(2)),
                lines.get(3)));
      } catch (IllegalArgumentException | java.time.DateTimeException e) {
        return Optional.empty();
      }
    }

    boolean dead() {
      return host.equals(hostName())
          && ProcessHandle.of(pid)
              .filter(ProcessHandle::isAlive)
              .filter(p -> Duration.between(start, start(p)).abs().compareTo(START_TOLERANCE) <= 0)
              .isEmpty();
    }
  }

  private WriteLock(Path directory, Owner owner) {
    this.directory = directory;
    this.file = directory.resolve(FILE);
    this.owner = owner;
  }

  /**
   * Takes the lock of {@code directory}, which must exist.
   *
   * @throws ArchiveException IN_USE if a living writer holds it (or one on another host), naming it
   * @throws IOException if the directory cannot be written
   */
  public static WriteLock acquire(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    Owner self = Owner.self();
    while (true) {
      if (create(file, self)) {
        return new WriteLock(directory, self);
      }
      String text;
      try {
        text = Files.readString(file);
      } catch (NoSuchFileException e) {
        continue; // released meanwhile
      }
      Optional<Owner> holder = Owner.parse(text);
      if (holder.isEmpty() || !holder.get().dead() || !takeOver(file, holder.get(), self)) {
        throw inUse(directory, file, holder);
      }
      return new WriteLock(directory, self);
    }
  }

  /** The directory that its holder alone may write to. */
  public Path directory() {
    return directory;
  }

  /** Gives the lock back; a lock that was meanwhile removed or taken by hand is left alone. */
  @Override
  public void close() {
    try {
      if (Owner.parse(Files.readString(file)).filter(owner::equals).isPresent()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It stays behind as a dead process's lock does, and is taken over like one.
    }
  }

  // The lock appears with its content or not at all: a reader must not see it empty.
  private static boolean create(Path file, Owner owner) throws IOException {
    Path temporary = file.resolveSibling(FILE + "." + owner.token());
    Files.writeString(
        temporary, owner.text(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    try {
      Files.createLink(file, temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return createWithoutLinks(file, owner); // a file system without hard links
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static boolean createWithoutLinks(Path file, Owner owner) throws IOException {
    try {
      Files.writeString(file, owner.text(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  // Only who creates the claim on this very dead owner may replace its lock: of several who find it
  // dead, one wins, and one
  // who comes late finds another owner in the file.
  private static boolean takeOver(Path file, Owner dead, Owner self) throws IOException {
    Path claim = file.resolveSibling(FILE + ".claim." + dead.token());
    if (!createWithoutLinks(claim, self)) {
      return false;
    }
    try {
      if (Owner.parse(Files.readString(file)).filter(dead::equals).isEmpty()) {
        return false;
      }
      Files.move(claim, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } finally {
      Files.deleteIfExists(claim);
    }
  }

  private static ArchiveException inUse(Path directory, Path file, Optional<Owner> holder) {
    String who =
        holder
            .map(o -> "process " + o.pid() + " on host " + o.host() + ", started " + o.start())
            .orElse("an unknown process");
    return new ArchiveException(
        ArchiveException.Kind.IN_USE,
        "Another writer works in "
            + directory
            + ": "
            + who
            + ". Wait for it or choose another directory; if it surely no longer runs, delete "
            + file
            + ".");
  }

  private static String hostName() {
    // Not $HOSTNAME: whether a shell exports it differs, and two names of one host would keep a
    // dead lock for ever.
    Path kernel = Path.of("/proc/sys/kernel/hostname");
    try {
      if (Files.isReadable(kernel)) {
        return Files.readString(kernel).strip();
      }
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
