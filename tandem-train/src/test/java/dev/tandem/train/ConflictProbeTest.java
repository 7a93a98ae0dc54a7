package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.config.TrainConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients of several tasks compared while a model is trained. */
final class ConflictProbeTest {
  @TempDir Path directory;

  private TrainedModel train(TrainConfig config, String name, double dropout) {
    return Trainer.train(job(config, name, dropout, false), TrainingListener.SILENT, () -> false);
  }

  private TrainingJob job(TrainConfig config, String name, double dropout, boolean resume) {
    return new TrainingJob(
        Synthetic.blueprint(dropout),
        config,
        Synthetic.evaluation(),
        new Synthetic(1500, 1),
        Optional.of(new Synthetic(300, 2)),
        directory.resolve(name),
        "run",
        resume);
  }

  private static TrainConfig config(int threads, int batches) {
    TrainConfig c = Synthetic.config(3, 256, threads);
    return new TrainConfig(
        c.epochs(),
        c.steps(),
        c.batch(),
        c.shuffle(),
        c.optimizer(),
        c.weightDecay(),
        c.embeddingDecay(),
        c.clipNorm(),
        c.schedule(),
        c.balance(),
        c.loss(),
        c.earlyStopping(),
        c.checkpoints(),
        batches == 0 ? Optional.empty() : Optional.of(batches),
        c.seed(),
        c.threads());
  }

  @Test
  void lookingDoesNotChangeWhatIsLearnt() {
    TrainedModel without = train(config(2, 0), "without", 0.2);
    TrainedModel with = train(config(2, 3), "with", 0.2);

    assertThat(without.conflicts()).isEmpty();
    assertThat(with.conflicts()).hasSize(3);
    assertThat(TrainerTest.bits(with)).isEqualTo(TrainerTest.bits(without));
    assertThat(with.curvesCsv()).isEqualTo(without.curvesCsv());
  }

  @Test
  void cosinesDoNotDependOnThreadsNorOnAStop() {
    List<Conflict> one = train(config(1, 2), "one", 0.2).conflicts();
    assertThat(train(config(2, 2), "two", 0.2).conflicts()).isEqualTo(one);

    List<Long> asked = new ArrayList<>();
    try {
      Trainer.train(
          job(config(2, 2), "stopped", 0.2, false),
          event -> {
            if (event instanceof TrainingEvent.EpochDone done) {
              asked.add(done.epoch());
            }
          },
          () -> asked.size() == 2);
    } catch (StoppedException e) {
      assertThat(asked).hasSize(2);
    }
    TrainedModel resumed =
        Trainer.train(
            job(config(2, 2), "stopped", 0.2, true), TrainingListener.SILENT, () -> false);
    assertThat(resumed.conflicts()).isEqualTo(one);
  }

  @Test
  void everySharedTableAndBlockHasItsCosines() {
    Conflict last = train(config(2, 3), "all", 0).conflicts().get(2);

    assertThat(last.epoch()).isEqualTo(3);
    assertThat(last.batches()).isEqualTo(3);
    assertThat(last.blocks().stream().map(Conflict.Block::name))
        .contains("embedding tables", "shared layers", "user", "tag", "price", "expert.0")
        .noneMatch(name -> name.startsWith("tower") || name.startsWith("gate"));
    for (Conflict.Block block : last.blocks()) {
      for (int a = 0; a < 4; a++) {
        assertThat(block.cosines().get(a).get(a)).isEqualTo(1);
        for (int b = 0; b < 4; b++) {
          assertThat(block.cosines().get(a).get(b))
              .isBetween(-1.0, 1.0)
              .isCloseTo(block.cosines().get(b).get(a), within(1e-12));
          assertThat(block.opposed().get(a).get(b)).isBetween(0.0, 1.0);
        }
      }
    }
  }

  /**
   * The inner products of a task's own gradients are those of an ordinary training step's graph.
   */
  @Test
  void aTaskThatIsAnotherTurnedRoundPullsTheOtherWay() {
    Cosines cosines = new Cosines(3);
    cosines.add(new double[][] {{4, -6, 0}, {-6, 9, 0}, {0, 0, 0}});
    cosines.add(new double[][] {{1, 1, 0}, {1, 4, 0}, {0, 0, 0}});
    Conflict.Block block = cosines.block("x", Conflict.Kind.LAYERS);

    assertThat(block.cosines().get(0).get(1)).isCloseTo((-1 + 0.5) / 2, within(1e-12));
    assertThat(block.opposed().get(0).get(1)).isEqualTo(0.5);
    assertThat(block.cosines().get(0).get(2)).isNaN();
    assertThat(cosines.any()).isTrue();
  }

  @Test
  void theTextIsReadBack() {
    List<Conflict> conflicts = train(config(2, 1), "text", 0).conflicts();
    assertThat(ConflictText.read(ConflictText.write(List.of("click"), conflicts)))
        .isEqualTo(conflicts);
    assertThat(Map.of("a", conflicts)).isNotEmpty();
  }
}
