package dev.tandem.train;

import dev.tandem.config.LossConfig;
import dev.tandem.embedding.Lookups;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.FittedTable;
import dev.tandem.feature.LabelState;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.Arrays;
import java.util.List;

/**
 * A batch with everything a step needs that depends on its rows alone: lookups sorted by table row,
 * labels and row weights as the graph reads them. Reused; filled by one thread, then read by
 * others.
 */
final class PreparedBatch {
  private final Blueprint blueprint;
  private final TableInputs inputs;
  private final LossConfig loss;
  private final Batch batch;
  private final Lookups[] lookups;
  private final boolean arranged;
  private int[] lengths = {};
  private float[] labels = {};
  private float[] weights = {};
  private long[] rowNumbers = {};
  private boolean[] observed = {};

  PreparedBatch(Blueprint blueprint, TableInputs inputs, LossConfig loss) {
    this(blueprint, inputs, loss, false);
  }

  /**
   * An empty batch.
   *
   * @param arranged whether {@link #prepare(EncodedData, int)} brings rows with histories of
   *     similar lengths together: a chunk is padded to its own longest history. Not for models that
   *     compare the rows of a chunk with each other
   */
  PreparedBatch(Blueprint blueprint, TableInputs inputs, LossConfig loss, boolean arranged) {
    this.blueprint = blueprint;
    this.inputs = inputs;
    this.loss = loss;
    this.batch = new Batch(blueprint.layout(), blueprint.tasks().size());
    this.lookups = inputs.newLookups();
    this.arranged = arranged && !blueprint.layout().sequences().isEmpty();
  }

  /** Room for row numbers, to be filled before {@link #prepare}. */
  long[] rowNumbers(int rows) {
    if (rowNumbers.length < rows) {
      rowNumbers = new long[rows];
    }
    return rowNumbers;
  }

  /** Reads the rows whose numbers were put into {@link #rowNumbers}, with labels and weights. */
  void prepare(EncodedData data, int rows) {
    data.read(rowNumbers, 0, rows, batch);
    if (arranged) {
      arrange(rows); // how long histories are is known only now
      data.read(rowNumbers, 0, rows, batch);
    }
    prepare();
  }

  /** Row numbers by the steps of all their histories; those of as many stay in their order. */
  private void arrange(int rows) {
    long[] order = new long[rows];
    for (int s = 0; s < blueprint.layout().sequences().size(); s++) {
      for (int r = 0; r < rows; r++) {
        order[r] += batch.sequenceOffsets(s)[r + 1] - batch.sequenceOffsets(s)[r];
      }
    }
    for (int r = 0; r < rows; r++) {
      order[r] = order[r] << 32 | r;
    }
    Arrays.sort(order);
    long[] numbers = Arrays.copyOf(rowNumbers, rows);
    for (int r = 0; r < rows; r++) {
      rowNumbers[r] = numbers[(int) order[r]];
    }
  }

  /**
   * Into how many chunks a step divides these rows: enough for several threads, none so small that
   * the matrix products suffer; with histories each step of a row is a row of the products.
   */
  int chunks() {
    int rows = batch.rows();
    int plain = rows < 256 ? 1 : rows < 2048 ? 2 : (rows + 1023) / 1024;
    return blueprint.layout().sequences().isEmpty() ? plain : Math.max(plain, rows / 256);
  }

  /** Makes rows that stand in {@link #batch} already ready for a step. */
  void prepare() {
    look();
    List<FittedTable> tables = inputs.tables();
    for (int t = 0; t < lookups.length; t++) {
      lookups[t].sort(tables.get(t).rows());
    }
    expandLabels();
    weigh();
  }

  /** Reads rows for scoring: no labels, nothing sorted. */
  void look() {
    lengths = inputs.lengths(batch);
    inputs.fill(batch, lengths, lookups);
  }

  /** Labels side by side, one-hot for tasks of several classes; 0 where not observed. */
  private void expandLabels() {
    int rows = batch.rows();
    int width = blueprint.labelWidth();
    int tasks = blueprint.tasks().size();
    if (labels.length < rows * width) {
      labels = new float[rows * width];
    }
    Arrays.fill(labels, 0, rows * width, 0f);
    int column = 0;
    for (int k = 0; k < tasks; k++) {
      Task task = blueprint.tasks().get(k);
      for (int r = 0; r < rows; r++) {
        if (batch.states()[r * tasks + k] == LabelState.OBSERVED.code()) {
          float label = batch.labels()[r * tasks + k];
          if (task.kind() == TaskKind.MULTICLASS) {
            labels[r * width + column + (int) label] = 1;
          } else {
            labels[r * width + column] = label;
          }
        }
      }
      column += task.outputs();
    }
  }

  /** Row weight · observed, over their sum in the whole batch or over all rows' weights. */
  private void weigh() {
    int rows = batch.rows();
    int tasks = blueprint.tasks().size();
    if (weights.length < rows * tasks) {
      weights = new float[rows * tasks];
    }
    observed = new boolean[tasks];
    for (int k = 0; k < tasks; k++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        boolean counts =
            loss.norm() == LossConfig.Norm.BATCH
                || batch.states()[r * tasks + k] == LabelState.OBSERVED.code();
        sum += counts ? batch.weights()[r] : 0;
      }
      for (int r = 0; r < rows; r++) {
        boolean known = batch.states()[r * tasks + k] == LabelState.OBSERVED.code();
        weights[r * tasks + k] = known && sum > 0 ? (float) (batch.weights()[r] / sum) : 0;
        observed[k] |= weights[r * tasks + k] > 0;
      }
    }
  }

  Batch batch() {
    return batch;
  }

  int rows() {
    return batch.rows();
  }

  Lookups[] lookups() {
    return lookups;
  }

  /** Common length of each sequence in this batch. */
  int[] lengths() {
    return lengths;
  }

  /** [rows · labelWidth]. */
  float[] labels() {
    return labels;
  }

  /** [rows · tasks]. */
  float[] weights() {
    return weights;
  }

  /** Whether task {@code k} has any label that counts in this batch. */
  boolean observed(int k) {
    return observed[k];
  }
}
