package dev.tandem.bench;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.ModelConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.train.Blueprint;
import dev.tandem.train.ComponentCatalog;
import dev.tandem.train.Networks;
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

/**
 * What a training step of a body costs beside MMoE's: {@code BodyCost [fields] [dim] [batch]
 * [steps] [body …]}, each body in YAML as it stands under {@code model.body}; MMoE and DEPHN of
 * equal expert width when none is named. Two tasks, every field an id of a table of its own. Bodies
 * take turns; prints one line of JSON each.
 */
public final class BodyCost {
  private static final int ROUNDS = 3;
  private static final int IDS = 50;
  private static final String MMOE = "{type: mmoe, experts: 4, expert_units: [128, 64]}";
  private static final List<Task> TASKS =
      List.of(Task.binary("click", "click"), Task.binary("like", "like"));
  private static final Catalog CATALOG = ComponentCatalog.all();

  private BodyCost() {}

  /** Runs the bench. */
  public static void main(String[] args) throws Exception {
    Rows rows = new Rows(number(args, 0, 40), number(args, 1, 8));
    int batch = number(args, 2, 1024);
    int steps = number(args, 3, 60);
    List<String> bodies =
        args.length > 4 ? List.of(args).subList(4, args.length) : List.of(MMOE, "{type: dephn}");
    double[][] medians = new double[bodies.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int b = 0; b < bodies.size(); b++) {
        medians[b][round] = median(rows, bodies.get(b), batch, steps);
      }
    }
    for (int b = 0; b < bodies.size(); b++) {
      Arrays.sort(medians[b]);
      double seconds = medians[b][ROUNDS / 2];
      System.out.printf(
          Locale.ROOT,
          "{\"body\": \"%s\", \"fields\": %d, \"dim\": %d, \"batch\": %d, \"ms_per_step\": %.2f, "
              + "\"rows_per_second\": %.0f, \"relative\": %.2f}%n",
          bodies.get(b),
          rows.fields(),
          rows.dim(),
          batch,
          seconds * 1e3,
          batch / seconds,
          seconds / medians[0][ROUNDS / 2]);
    }
  }

  private static int number(String[] args, int i, int otherwise) {
    return args.length > i ? Integer.parseInt(args[i]) : otherwise;
  }

  private static <T extends Record> T read(String yaml, Class<T> type) {
    return Canonical.read(yaml, "bench", type, CATALOG);
  }

  private static double median(Rows rows, String body, int batch, int steps) throws Exception {
    MultiTaskModel model = Networks.of(read("body: " + body, ModelConfig.class), CATALOG);
    String config =
        "{epochs: 1000000, steps: %d, batch: %d, threads: 2, early_stopping: null}"
            .formatted(steps, batch);
    StepTimes times = new StepTimes(steps);
    Path directory = Files.createTempDirectory("tandem-bench");
    try {
      TrainingJob job =
          new TrainingJob(
              new Blueprint(rows.layout(), rows.tables(), TASKS, Map.of(), model),
              read(config, TrainConfig.class),
              read("batch: " + batch, EvaluationConfig.class),
              rows,
              Optional.empty(),
              directory,
              "bench",
              false);
      Trainer.train(job, times, () -> false);
    } finally {
      AtomicFiles.deleteTree(directory);
    }
    return times.median();
  }

  /** Random rows of id fields. */
  private record Rows(int fields, int dim) implements EncodedData {
    @Override
    public long rows() {
      return 1 << 16;
    }

    @Override
    public InputLayout layout() {
      List<FieldSlot> slots =
          IntStream.range(0, fields)
              .mapToObj(f -> "f" + f)
              .map(name -> new FieldSlot(name, name, dim, Pooling.NONE, false, Side.UNKNOWN))
              .toList();
      return new InputLayout(slots, List.of(), List.of(), List.of());
    }

    @Override
    public List<FittedTable> tables() {
      return IntStream.range(0, fields).mapToObj(f -> new FittedTable("f" + f, IDS, dim)).toList();
    }

    @Override
    public void read(long[] numbers, int from, int count, Batch into) {
      into.resize(count);
      SplittableRandom random = new SplittableRandom(numbers[from]);
      for (int r = 0; r < count; r++) {
        for (int f = 0; f < fields; f++) {
          into.ids(f)[r] = random.nextInt(IDS);
        }
      }
      RandomLabels.fill(random, numbers, from, count, into);
    }
  }
}
