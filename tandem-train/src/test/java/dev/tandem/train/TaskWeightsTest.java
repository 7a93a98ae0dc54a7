package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.LossConfig.Period;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** ω·γ^t with the numbers of the PLE specification's example P3. */
class TaskWeightsTest {
  private static final List<Task> TASKS =
      List.of(
          new Task("a", TaskKind.BINARY, "a", Optional.empty(), 1, 1, 0.9),
          new Task("b", TaskKind.BINARY, "b", Optional.empty(), 1, 0.5, 1.1));

  @Test
  void decaysPerEpochOrPerStep() {
    TaskWeights perEpoch = new TaskWeights(TASKS, false, Period.EPOCH);
    TaskWeights perStep = new TaskWeights(TASKS, false, Period.STEP);
    assertThat(perEpoch.after(70, 0)).containsExactly(1f, 0.5f);
    assertThat(perEpoch.after(70, 1)).containsExactly(0.9f, 0.55f);
    assertThat(perStep.after(3, 0)).containsExactly(0.729f, 0.6655f);
    assertThat(perStep.after(100_000, 1)).containsExactly(1e-4f, 1e4f);
  }
}
