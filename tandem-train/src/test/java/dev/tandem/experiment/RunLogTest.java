package dev.tandem.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  private static final RunRecord FIRST = Runs.run("mmoe", 1, 0.81, 0.3);
  private static final RunRecord SECOND = Runs.run("ple", 1, 0.82, 0.29);

  @Test
  void readsBackWhatItWrote(@TempDir Path directory) {
    Path file = directory.resolve("runs.jsonl");
    RunLog log = RunLog.open(file);
    log.append(FIRST);
    log.append(SECOND);
    assertThat(RunLog.open(file).records()).containsExactly(FIRST, SECOND);
    assertThat(RunLog.open(file).droppedHalfLine()).isFalse();
  }

  @Test
  void dropsALineCutAtAnyByteAndGoesOnBehindTheWholeOnes(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("runs.jsonl");
    String whole = FIRST.toJson() + "\n";
    String next = SECOND.toJson();
    for (int cut : new int[] {1, next.length() / 2, next.length() - 1, next.length()}) {
      Files.writeString(file, whole + next.substring(0, cut));
      assertThat(RunLog.read(file).records()).containsExactly(FIRST);
      RunLog log = RunLog.open(file);
      assertThat(log.droppedHalfLine()).isTrue();
      assertThat(Files.readString(file)).isEqualTo(whole);
      log.append(SECOND);
      assertThat(RunLog.read(file).records()).containsExactly(FIRST, SECOND);
    }
  }

  @Test
  void namesADamagedLineInTheMiddle(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("runs.jsonl");
    Files.writeString(file, FIRST.toJson() + "\n{\"data\": 3}\n" + SECOND.toJson() + "\n");
    assertThatThrownBy(() -> RunLog.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("runs.jsonl:2")
        .hasMessageContaining("delete the line");
  }
}
