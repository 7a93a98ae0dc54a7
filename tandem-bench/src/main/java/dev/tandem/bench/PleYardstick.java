package dev.tandem.bench;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.feature.LabelState;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Independent;
import dev.tandem.model.Interaction;
import dev.tandem.model.Models;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.Ple;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.schema.FieldSlot;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Side;
import dev.tandem.schema.Task;
import dev.tandem.train.Blueprint;
import dev.tandem.train.TrainingJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The yardstick of training speed: batches of 4,096 rows, 26 ids of width 16 from one table, PLE
 * with two levels, 2 + 2 + 2 experts 128 → 64, towers 64 → 32 → 1, two binary tasks, Adam. {@code
 * bench/peers/pytorch_ple.py} is the same in PyTorch.
 */
final class PleYardstick {
  private static final Catalog CATALOG =
      Catalog.empty().with("interaction", Interaction.class, Models.of(Interaction.class));

  static final int BATCH = 4096;
  static final int FIELDS = 26;
  static final int DIM = 16;

  private PleYardstick() {}

  /** Floating-point operations of the matrix products of one step, forward and backward. */
  static double flops() {
    double x = FIELDS * DIM;
    double levelOne = 6 * (x * 128 + 128 * 64) + 2 * x * 4 + x * 6;
    double levelTwo = 6 * (64.0 * 128 + 128 * 64) + 2 * 64 * 4;
    double towers = 2 * (64.0 * 32 + 32);
    return 3 * 2 * BATCH * (levelOne + levelTwo + towers);
  }

  static Blueprint blueprint(int tableRows) {
    List<FieldSlot> fields = new ArrayList<>();
    for (int f = 0; f < FIELDS; f++) {
      fields.add(new FieldSlot("f" + f, "ids", DIM, Pooling.NONE, false, Side.UNKNOWN));
    }
    Ple body =
        read("{levels: 2, task_experts: 2, shared_experts: 2, expert_units: [128, 64]}", Ple.class);
    return new Blueprint(
        new InputLayout(fields, List.of(), List.of(), List.of()),
        List.of(new FittedTable("ids", tableRows, DIM)),
        List.of(Task.binary("click", "click"), Task.binary("like", "like")),
        Map.of(),
        new MultiTaskModel(new SharedEmbedding(), body, Mlp.of(List.of(32)), new Independent()));
  }

  static TrainingJob job(Rows rows, long steps, int batch, int threads, Path checkpoints) {
    TrainConfig config =
        read(
            """
            epochs: 1000000
            steps: %d
            batch: %d
            threads: %d
            early_stopping: null
            loss: {reduction: sum}
            """
                .formatted(steps, batch, threads),
            TrainConfig.class);
    EvaluationConfig evaluation = read("batch: " + batch, EvaluationConfig.class);
    return new TrainingJob(
        blueprint(rows.tableRows),
        config,
        evaluation,
        rows,
        Optional.empty(),
        checkpoints,
        "bench",
        false);
  }

  private static <T extends Record> T read(String yaml, Class<T> type) {
    return Canonical.read(yaml, "bench", type, CATALOG);
  }

  /** A quarter of a million encoded rows in memory, read in the shuffled order of the trainer. */
  static final class Rows implements EncodedData {
    private static final int ROWS = 64 * BATCH;

    private final int tableRows;
    private final int[][] ids = new int[FIELDS][ROWS];
    private final byte[] labels = new byte[2 * ROWS];

    /**
     * Random rows.
     *
     * @param zipf ids by a law of about 1/rank instead of uniformly
     */
    Rows(int tableRows, boolean zipf) {
      this.tableRows = tableRows;
      SplittableRandom random = new SplittableRandom(1);
      for (int[] column : ids) {
        for (int r = 0; r < ROWS; r++) {
          double u = random.nextDouble();
          column[r] =
              zipf
                  ? (int) Math.min(tableRows - 1, Math.pow(tableRows, u) - 1)
                  : (int) (u * tableRows);
        }
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (byte) random.nextInt(2);
      }
    }

    @Override
    public long rows() {
      return ROWS;
    }

    @Override
    public InputLayout layout() {
      return blueprint(tableRows).layout();
    }

    @Override
    public List<FittedTable> tables() {
      return blueprint(tableRows).tables();
    }

    @Override
    public void read(long[] rows, int from, int count, Batch into) {
      into.resize(count);
      for (int f = 0; f < FIELDS; f++) {
        int[] column = ids[f];
        int[] target = into.ids(f);
        for (int r = 0; r < count; r++) {
          target[r] = column[(int) rows[from + r]];
        }
      }
      for (int r = 0; r < count; r++) {
        int row = (int) rows[from + r];
        for (int k = 0; k < 2; k++) {
          into.labels()[2 * r + k] = labels[2 * row + k];
          into.states()[2 * r + k] = LabelState.OBSERVED.code();
        }
        into.weights()[r] = 1;
        into.groups()[r] = 0;
        into.rowNumbers()[r] = row;
      }
    }
  }
}
