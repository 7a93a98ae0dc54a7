package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.archive.ArchiveException;
import dev.tandem.archive.CheckpointStore;
import dev.tandem.balance.Balancing;
import dev.tandem.balance.Famo;
import dev.tandem.balance.Graddrop;
import dev.tandem.balance.Pcgrad;
import dev.tandem.balance.Static;
import dev.tandem.config.TrainConfig;
import dev.tandem.embedding.EmbeddingTable;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.EncodedView;
import dev.tandem.feature.LabelState;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.TaskMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The training loop on small synthetic rows. */
final class TrainerTest {
  private static final EncodedData TRAIN = new Synthetic(3000, 1);
  private static final EncodedData VALIDATION = new Synthetic(1000, 2);

  @TempDir Path directory;

  private TrainingJob job(TrainConfig config, double dropout, boolean resume) {
    return new TrainingJob(
        Synthetic.blueprint(dropout),
        config,
        Synthetic.evaluation(),
        TRAIN,
        Optional.of(VALIDATION),
        directory.resolve("checkpoints"),
        "run",
        resume);
  }

  private TrainedModel train(TrainingJob job) {
    return Trainer.train(job, TrainingListener.SILENT, () -> false);
  }

  /** Every bit of a model. */
  static Map<String, List<Float>> bits(TrainedModel model) {
    Map<String, List<Float>> bits = new LinkedHashMap<>();
    model.parameters().forEach((name, values) -> bits.put(name, boxed(values)));
    for (EmbeddingTable t : model.tables()) {
      float[] weights = new float[t.rows() * t.dim()];
      t.weights(0, t.rows(), weights);
      bits.put("table " + t.name(), boxed(weights));
    }
    return bits;
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float v : values) {
      list.add(v);
    }
    return list;
  }

  @Test
  void learnsEveryTask() {
    TrainedModel model = train(job(Synthetic.config(12, 256, 2), 0, false));
    Evaluation test = model.evaluate(new Synthetic(2000, 3));
    assertThat(metrics(test, "click").value("auc")).isGreaterThan(0.9);
    assertThat(metrics(test, "like").value("auc")).isGreaterThan(0.9);
    assertThat(metrics(test, "like").n()).isLessThan(1500);
    assertThat(metrics(test, "time").value("r2")).isGreaterThan(0.7);
    assertThat(metrics(test, "kind").value("accuracy")).isGreaterThan(0.8);
    assertThat(model.validation().orElseThrow().rows()).isEqualTo(1000);
    assertThat(model.curves())
        .anyMatch(p -> p.metric().equals("auc") && p.part().equals("validation"));
    assertThat(model.curvesCsv())
        .startsWith("epoch,step,part,task,metric,value\n1,12,train,,loss,");
  }

  private static TaskMetrics metrics(Evaluation evaluation, String task) {
    return Objects.requireNonNull(evaluation.tasks().get(task));
  }

  @Test
  void theNumberOfThreadsDoesNotShowInTheBits() throws Exception {
    Map<String, List<Float>> one = null;
    for (int threads : new int[] {1, 2, 4}) {
      TrainingJob job = job(Synthetic.config(2, 600, threads), 0.2, false);
      TrainedModel model = train(job);
      try (CheckpointStore store = CheckpointStore.open(job.checkpoints(), 1)) {
        store.clear();
      }
      if (one == null) {
        one = bits(model);
      }
      assertThat(bits(model)).isEqualTo(one);
    }
  }

  @Test
  void goesOnAfterAStopAsIfNothingHadHappened() throws Exception {
    TrainConfig config = Synthetic.config(3, 256, 2);
    Map<String, List<Float>> whole = bits(train(job(config, 0.1, false)));
    try (CheckpointStore store = CheckpointStore.open(directory.resolve("checkpoints"), 1)) {
      store.clear();
    }
    for (int stopAt : new int[] {4, 12, 20}) {
      boolean resume = stopAt != 4;
      long[] done = new long[1];
      TrainingListener listener =
          e -> done[0] = e instanceof TrainingEvent.Stepped s ? s.step() : done[0];
      assertThatThrownBy(
              () -> Trainer.train(job(config, 0.1, resume), listener, () -> done[0] >= stopAt))
          .isInstanceOf(StoppedException.class)
          .hasMessageContaining("--resume");
    }
    assertThatThrownBy(() -> train(job(config, 0.1, false)))
        .isInstanceOf(UnfinishedRunException.class)
        .hasMessageContaining("--resume");
    TrainedModel resumed = train(job(config, 0.1, true));
    assertThat(bits(resumed)).isEqualTo(whole);
  }

  static List<Balancing> balancings() {
    return List.of(
        new Static(List.of(1.0, 2.0, 0.5, 1.0)),
        new Famo(0.025, 0.001, 0, true),
        new Pcgrad(),
        new Graddrop());
  }

  @ParameterizedTest
  @MethodSource("balancings")
  void balancesAndGoesOnWithTheRulesState(Balancing balancing) throws Exception {
    TrainConfig config = Synthetic.config(2, 256, 2);
    TrainedModel whole =
        Trainer.train(job(config, 0.1, false), balancing, TrainingListener.SILENT, () -> false);
    try (CheckpointStore store = CheckpointStore.open(directory.resolve("checkpoints"), 1)) {
      store.clear();
    }
    long[] done = new long[1];
    TrainingListener listener =
        e -> done[0] = e instanceof TrainingEvent.Stepped s ? s.step() : done[0];
    assertThatThrownBy(
            () -> Trainer.train(job(config, 0.1, false), balancing, listener, () -> done[0] >= 9))
        .isInstanceOf(StoppedException.class);
    TrainedModel resumed =
        Trainer.train(job(config, 0.1, true), balancing, TrainingListener.SILENT, () -> false);
    assertThat(bits(resumed)).isEqualTo(bits(whole));
    Evaluation test = whole.evaluate(new Synthetic(1000, 3));
    assertThat(metrics(test, "click").value("auc")).isGreaterThan(0.7);
  }

  @Test
  void refusesTheCheckpointOfAnotherRun() {
    TrainConfig config = Synthetic.config(1, 256, 1);
    TrainingJob job = job(config, 0, false);
    train(job);
    TrainingJob other =
        new TrainingJob(
            job.blueprint(),
            config,
            job.evaluation(),
            TRAIN,
            Optional.empty(),
            job.checkpoints(),
            "other",
            true);
    assertThatThrownBy(() -> train(other))
        .isInstanceOf(UnfinishedRunException.class)
        .hasMessageContaining("another run");
  }

  @Test
  void twoTrainingsInOneDirectoryAreRefused() {
    TrainingJob job = job(Synthetic.config(1, 256, 1), 0, false);
    try (CheckpointStore held = CheckpointStore.open(job.checkpoints(), 1)) {
      assertThat(held.steps()).isEmpty();
      assertThatThrownBy(() -> train(job))
          .isInstanceOf(ArchiveException.class)
          .hasMessageContaining("Another writer works in");
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBestState() {
    List<TrainingEvent.EpochDone> epochs = new ArrayList<>();
    TrainingJob job = job(Synthetic.config(60, 128, 2), 0, false);
    TrainedModel model =
        Trainer.train(
            job,
            e -> {
              if (e instanceof TrainingEvent.EpochDone done) {
                epochs.add(done);
              }
            },
            () -> false);
    assertThat(epochs.size()).isLessThan(60);
    TrainingEvent.EpochDone best =
        epochs.stream().filter(TrainingEvent.EpochDone::best).reduce((a, b) -> b).orElseThrow();
    assertThat(model.bestStep()).isEqualTo(best.step()).isLessThan(model.steps());
    assertThat(model.validation().orElseThrow()).isEqualTo(best.validation().orElseThrow());
  }

  @Test
  void aTaskWithoutLabelsInABatchIsLeftAlone() {
    EncodedData unlabelled = new Relabelled(TRAIN, LabelState.MISSING, 0);
    TrainConfig config = Synthetic.config(1, 256, 1);
    List<Double> losses = new ArrayList<>();
    TrainedModel model =
        Trainer.train(
            new TrainingJob(
                Synthetic.blueprint(0),
                config,
                Synthetic.evaluation(),
                unlabelled,
                Optional.empty(),
                directory.resolve("checkpoints"),
                "run",
                false),
            e -> {
              if (e instanceof TrainingEvent.Stepped s) {
                losses.add(s.taskLosses().get(0));
              }
            },
            () -> false);
    assertThat(losses).isNotEmpty().containsOnly(0.0);
    model
        .parameters()
        .forEach((name, values) -> assertThat(values).as(name).doesNotContain(Float.NaN));
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndLeavesTheBatch() throws Exception {
    EncodedData poisoned = new Relabelled(TRAIN, LabelState.OBSERVED, Float.NaN);
    TrainingJob job =
        new TrainingJob(
            Synthetic.blueprint(0),
            Synthetic.config(1, 256, 1),
            Synthetic.evaluation(),
            poisoned,
            Optional.empty(),
            directory.resolve("checkpoints"),
            "run",
            false);
    assertThatThrownBy(() -> train(job))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1, step 1")
        .hasMessageContaining("click");
    assertThat(Files.readString(directory.resolve("diverged-step-1.json"))).contains("\"rows\":[{");
  }

  /** The same rows with another state and label of the first task. */
  private static final class Relabelled extends EncodedView {
    private final LabelState state;
    private final float label;

    Relabelled(EncodedData data, LabelState state, float label) {
      super(data);
      this.state = state;
      this.label = label;
    }

    @Override
    public void read(long[] rows, int from, int count, Batch into) {
      data.read(rows, from, count, into);
      for (int r = 0; r < count; r++) {
        into.states()[r * into.tasks()] = state.code();
        into.labels()[r * into.tasks()] = label;
      }
    }
  }
}
