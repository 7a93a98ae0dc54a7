package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.archive.ArchiveException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // locks are held, not used
class WriteLockTest {
  @TempDir Path directory;

  @Test
  void isHeldUntilItIsClosed() throws IOException {
    try (WriteLock lock = WriteLock.acquire(directory)) {
      assertInUse();
    }
    assertThat(directory).isEmptyDirectory();
    WriteLock.acquire(directory).close();
  }

  @Test
  void isTakenOverFromAProcessThatDied() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    foreign(dead.pid(), "2020-01-01T00:00:00Z", host());
    try (WriteLock lock = WriteLock.acquire(directory)) {
      assertInUse();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void isTakenOverWhenTheProcessNumberBelongsToALaterProcess() throws IOException {
    foreign(ProcessHandle.current().pid(), "2020-01-01T00:00:00Z", host());
    WriteLock.acquire(directory).close();
  }

  @Test
  void isNotTakenFromAnotherHostOrFromAnUnreadableOwner() throws IOException {
    foreign(999_999_999, "2020-01-01T00:00:00Z", "elsewhere");
    assertInUse();
    Files.writeString(directory.resolve(".lock"), "");
    assertInUse();
    assertThat(directory.resolve(".lock")).exists();
  }

  @Test
  void ofManyWhoFindADeadOwnerAtMostOneWorksAtATime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 100; round++) {
        foreign(999_999_999, "2020-01-01T00:00:00Z", host());
        AtomicInteger holders = new AtomicInteger();
        Callable<Boolean> contender =
            () -> {
              try (WriteLock lock = WriteLock.acquire(directory)) {
                assertThat(holders.incrementAndGet()).isEqualTo(1);
                Files.exists(directory); // a call in which another may come along
                holders.decrementAndGet();
                return true;
              } catch (ArchiveException e) {
                return false;
              }
            };
        List<Callable<Boolean>> contenders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          contenders.add(contender);
        }
        int winners = 0;
        for (Future<Boolean> result : threads.invokeAll(contenders)) {
          winners += result.get() ? 1 : 0;
        }
        assertThat(winners).isPositive();
        assertThat(directory).isEmptyDirectory();
      }
    } finally {
      threads.shutdown();
    }
  }

  private void foreign(long pid, String start, String host) throws IOException {
    Files.writeString(
        directory.resolve(".lock"), "token\n" + pid + "\n" + start + "\n" + host + "\n");
  }

  private String host() throws IOException {
    Path other = Files.createDirectory(directory.resolveSibling("host-" + System.nanoTime()));
    try (WriteLock lock = WriteLock.acquire(other)) {
      return Files.readAllLines(other.resolve(".lock")).get(3);
    }
  }

  private void assertInUse() {
    assertThatThrownBy(() -> WriteLock.acquire(directory))
        .isInstanceOfSatisfying(
            ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
  }
}
