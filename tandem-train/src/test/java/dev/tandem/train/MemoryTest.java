package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A training's memory does not grow with its steps. */
@EnabledOnOs(OS.LINUX)
final class MemoryTest {
  private static final int WARM = 1200;
  private static final int STEPS = 3200;
  private static final long MOST_BYTES_PER_STEP = 2048;

  @TempDir Path directory;

  @Test
  void residentMemoryIsFlat() throws Exception {
    Path out = directory.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Watched.class.getName(),
                directory.resolve("checkpoints").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(out.toFile());
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    assertThat(builder.start().waitFor()).as(Files.readString(out)).isZero();
    List<Long> sizes = Files.readAllLines(out).stream().map(Long::valueOf).toList();
    assertThat(sizes.get(1) - sizes.get(0))
        .as("resident bytes after %d and %d steps: %s", WARM, STEPS, sizes)
        .isLessThan((STEPS - WARM) * MOST_BYTES_PER_STEP);
  }

  /** A training in a heap of fixed size that prints its resident bytes, early and late. */
  static final class Watched {
    private Watched() {}

    public static void main(String[] args) {
      Trainer.train(
          new TrainingJob(
              Synthetic.blueprint(0.1),
              Synthetic.config(1, 32, 2),
              Synthetic.evaluation(),
              new Synthetic(32 * STEPS, 1),
              Optional.empty(),
              Path.of(args[0]),
              "run",
              false),
          event -> {
            if (event instanceof TrainingEvent.Stepped s
                && (s.step() == WARM || s.step() == STEPS)) {
              System.out.println(resident());
            }
          },
          () -> false);
    }

    private static long resident() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D+", "")))
            .findFirst()
            .orElseThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
