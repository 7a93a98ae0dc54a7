package dev.tandem.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schema.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateMeterTest {
  private static final List<Task> TASKS = List.of(Task.binary("a", "a"), Task.binary("b", "b"));
  private static final List<String> PARAMETERS =
      List.of(
          "level.0.task.1.expert.0.0.W",
          "level.0.task.1.expert.0.0.b",
          "level.0.shared.expert.0.0.W",
          "level.0.shared.expert.1.0.W",
          "level.1.shared.expert.7.0.W");

  private static GateMeter meter(String probe) {
    return GateMeter.of(probe, TASKS, PARAMETERS).orElseThrow();
  }

  @Test
  void momentsOverBlocksAreThoseOfAllRows() {
    GateMeter meter = meter("probe.gate.0.weights");
    meter.add(new float[] {0.25f, 0.75f, 0.5f, 0.5f}, 2);
    meter.add(new float[] {1, 0}, 1);
    GateUse use = meter.use();

    assertThat(use.rows()).isEqualTo(3);
    assertThat(use.experts().get(0).mean()).isCloseTo(1.75 / 3, within(1e-12));
    // Unbiased variance of 0.25, 0.5, 1.
    assertThat(use.experts().get(0).sd()).isCloseTo(Math.sqrt(0.4375 / 3), within(1e-12));
    double h = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / Math.log(2);
    assertThat(use.entropy()).isCloseTo((h + 1 + 0) / 3, within(1e-12));
  }

  @Test
  void expertsHaveTheirOwnersNames() {
    GateMeter meter = meter("probe.level.0.task.1.gate.weights");
    meter.add(new float[] {0.005f, 0.495f, 0.5f}, 1);
    GateUse use = meter.use();

    assertThat(use.task()).isEqualTo("b");
    assertThat(use.experts())
        .extracting(GateUse.Expert::name)
        .containsExactly("own 0", "shared 0", "shared 1");
    assertThat(use.dead()).containsExactly("own 0");
    assertThat(use.collapsed()).isFalse();
  }

  @Test
  void aGateOntoOneExpertHasCollapsed() {
    GateMeter meter = meter("probe.gate.1.weights");
    meter.add(new float[] {0.999f, 0.001f, 1, 0}, 2);

    assertThat(meter.use().collapsed()).isTrue();
    assertThat(meter.use().task()).isEqualTo("b");
  }

  @Test
  void onlyGatesAreMetered() {
    assertThat(GateMeter.isGate("probe.level.0.shared.gate.weights")).isTrue();
    assertThat(GateMeter.isGate("probe.ait.1.weights")).isFalse();
    assertThat(GateMeter.isGate("prediction.a")).isFalse();
  }
}
