package dev.tandem.bench;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Bottom;
import dev.tandem.model.Dtrn;
import dev.tandem.model.Independent;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedBottom;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.SequenceSlot;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.train.Blueprint;
import dev.tandem.train.Trainer;
import dev.tandem.train.TrainingJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What DTRN costs beside mean-pooled histories: {@code DtrnCost [batch] [steps] [bottom …]}, each
 * bottom {@code mean} or a DTRN in YAML such as <code>{tim: {dropout: 0}}</code>. Three full
 * histories of 50 steps, eight id fields of width 16, four tasks, shared bottom 128 → 64. Bottoms
 * take turns; prints one line of JSON each. The resident megabytes are those of the process: name
 * one bottom to learn its own.
 */
public final class DtrnCost {
  private static final int STEPS = 50;
  private static final int DIM = 16;
  private static final int ITEMS = 100_000;
  private static final int FIELDS = 8;
  private static final int ROUNDS = 3;
  private static final List<Task> TASKS =
      List.of(
          Task.binary("click", "click"),
          Task.binary("long_view", "long_view"),
          Task.binary("like", "like"),
          Task.binary("follow", "follow"));

  private static final Catalog CATALOG =
      Catalog.empty().with("interaction", Interaction.class, Models.of(Interaction.class));

  private DtrnCost() {}

  /** Runs the bench. */
  public static void main(String[] args) throws Exception {
    int batch = args.length > 0 ? Integer.parseInt(args[0]) : 1024;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 30;
    List<String> bottoms =
        args.length > 2 ? List.of(args).subList(2, args.length) : List.of("mean", "{}");
    double[][] medians = new double[bottoms.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int b = 0; b < bottoms.size(); b++) {
        medians[b][round] = median(bottom(bottoms.get(b)), batch, steps);
      }
    }
    for (int b = 0; b < bottoms.size(); b++) {
      Arrays.sort(medians[b]);
      System.out.printf(
          Locale.ROOT,
          "{\"bottom\": \"%s\", \"batch\": %d, \"ms_per_step\": %.1f, \"relative\": %.2f, \"resident_mb\": %.0f}%n",
          bottoms.get(b),
          batch,
          medians[b][ROUNDS / 2] * 1e3,
          medians[b][ROUNDS / 2] / medians[0][ROUNDS / 2],
          Soak.residentMegabytes());
    }
  }

  private static Bottom bottom(String yaml) {
    return yaml.equals("mean")
        ? read("sequences: mean", SharedEmbedding.class)
        : read(yaml, Dtrn.class);
  }

  private static <T extends Record> T read(String yaml, Class<T> type) {
    return Canonical.read(yaml, "bench", type, CATALOG);
  }

  /** The median step of a training in seconds, its first third left out. */
  private static double median(Bottom bottom, int batch, int steps) throws Exception {
    StepTimes times = new StepTimes(steps);
    Path directory = Files.createTempDirectory("tandem-bench");
    try {
      Trainer.train(job(bottom, batch, steps, directory), times, () -> false);
    } finally {
      AtomicFiles.deleteTree(directory);
    }
    return times.median();
  }

  private static TrainingJob job(Bottom bottom, int batch, int steps, Path directory) {
    Rows rows = new Rows(16L * batch);
    MultiTaskModel model =
        new MultiTaskModel(
            bottom,
            read("bottom: [128, 64]", SharedBottom.class),
            Mlp.of(List.of(32)),
            new Independent());
    String config =
        "{epochs: 1000000, steps: %d, batch: %d, threads: 2, early_stopping: null}"
            .formatted(steps, batch);
    return new TrainingJob(
        new Blueprint(rows.layout(), rows.tables(), TASKS, Map.of(), model),
        read(config, TrainConfig.class),
        read("batch: " + batch, EvaluationConfig.class),
        rows,
        Optional.empty(),
        directory,
        "bench",
        false);
  }

  /** Random rows whose histories are full. */
  private record Rows(long rows) implements EncodedData {
    @Override
    public InputLayout layout() {
      List<FieldSlot> fields =
          IntStream.range(0, FIELDS)
              .mapToObj(f -> f == 0 ? "item" : "f" + f)
              .map(name -> new FieldSlot(name, "item", DIM, Pooling.NONE, false, Side.UNKNOWN))
              .toList();
      List<SequenceSlot> sequences =
          Stream.of("watched", "liked", "long_viewed")
              .map(s -> new SequenceSlot(s, List.of("item"), List.of("item"), DIM, STEPS))
              .toList();
      return new InputLayout(fields, List.of(), List.of(), sequences);
    }

    @Override
    public List<FittedTable> tables() {
      return List.of(new FittedTable("item", ITEMS, DIM));
    }

    @Override
    public void read(long[] numbers, int from, int count, Batch into) {
      into.resize(count);
      SplittableRandom random = new SplittableRandom(numbers[from]);
      for (int s = 0; s < 3; s++) {
        into.reserveSteps(s, count * STEPS);
        for (int i = 0; i < count * STEPS; i++) {
          into.sequenceIds(s, 0)[i] = random.nextInt(ITEMS);
        }
        for (int r = 0; r <= count; r++) {
          into.sequenceOffsets(s)[r] = r * STEPS;
        }
      }
      for (int r = 0; r < count; r++) {
        for (int f = 0; f < FIELDS; f++) {
          into.ids(f)[r] = random.nextInt(ITEMS);
        }
      }
      RandomLabels.fill(random, numbers, from, count, into);
    }
  }
}
