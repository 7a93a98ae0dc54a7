package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training process killed by SIGKILL at random moments and resumed ends with the same bits. */
final class KillTest {
  private static final int KILLS = 11;

  @TempDir Path directory;

  @Test
  void aKilledAndResumedTrainingEndsWithTheSameBits() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    Path calm = Files.createDirectory(directory.resolve("calm"));
    long start = System.nanoTime();
    assertThat(start(calm, false).waitFor()).isZero();
    long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    int kills = 0;
    for (int run = 0; kills < KILLS; run++) {
      // should the training outrun the killer, it begins anew elsewhere
      Path doomed = Files.createDirectory(directory.resolve("doomed" + run));
      boolean ended = false;
      for (int attempt = 0; kills < KILLS && !ended; attempt++) {
        Process process = start(doomed, attempt > 0);
        // some are killed before they begin, most while they train
        if (attempt % 5 != 4) {
          awaitStart(process);
        }
        Thread.sleep(random.nextLong(Math.max(2, whole / 12)));
        ended = process.destroyForcibly().waitFor() == 0;
        kills += ended ? 0 : 1;
      }
      assertThat(ended || start(doomed, true).waitFor() == 0).isTrue();
      assertThat(Files.readString(doomed.resolve("bits.txt")))
          .as("seed %d", seed)
          .isEqualTo(Files.readString(calm.resolve("bits.txt")));
    }
  }

  private static Process start(Path directory, boolean resume) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(DoomedTraining.class.getName(), directory.toString()));
    if (resume) {
      command.add("resume");
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void awaitStart(Process process) throws IOException {
    BufferedReader reader = process.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.equals("started")) {
        return;
      }
    }
  }
}
