package dev.tandem.report;

import dev.tandem.feature.Batch;
import dev.tandem.feature.LabelState;
import dev.tandem.feature.Moments;
import dev.tandem.metric.Rows;
import dev.tandem.model.Product;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.train.PredictedLabels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One model's predictions over labelled rows, gathered block by block and kept in memory to be
 * judged, compared and drawn: 12 bytes per row and task. Owned by one thread.
 */
public final class ScoredRows {
  /** Largest error of a restored label, of its size and the deviation: some units of a float. */
  private static final double ROUNDING = 1e-5;

  private final String model;
  private final int declared;
  private final List<Task> tasks; // then the products
  private final PredictedLabels known;
  private final List<Moments> moments;
  private final double[][] predictions; // [task][rows * outputs]
  private final float[][] labels; // [task][rows]; NaN where not observed
  private final long[] missing;
  private final long[] outside;
  private int[] groups = new int[0];
  private double[] weights = new double[0];
  private int rows;
  private boolean grouped;
  private boolean weighted;

  /**
   * No rows yet.
   *
   * @param model name of the model
   * @param declared its tasks
   * @param products what it predicts beside them, judged as further binary tasks
   * @param moments normalisation of the labels of regression tasks, by task
   */
  public ScoredRows(
      String model, List<Task> declared, List<Product> products, Map<String, Moments> moments) {
    this.model = model;
    this.declared = declared.size();
    this.tasks =
        Stream.concat(declared.stream(), products.stream().map(p -> Task.binary(p.name(), "")))
            .toList();
    this.known = new PredictedLabels(declared, products);
    this.moments =
        tasks.stream().map(t -> moments.getOrDefault(t.name(), Moments.IDENTITY)).toList();
    this.predictions = new double[tasks.size()][0];
    this.labels = new float[tasks.size()][0];
    this.missing = new long[tasks.size()];
    this.outside = new long[tasks.size()];
  }

  /**
   * Adds a block.
   *
   * @param block rows with their labels
   * @param scores per task [rows · outputs]: probabilities, or normalised values of a regression
   *     task
   */
  public void add(Batch block, float[][] scores) {
    int from = rows;
    rows = Math.addExact(rows, block.rows());
    groups = Arrays.copyOf(groups, grown(groups.length));
    weights = Arrays.copyOf(weights, groups.length);
    System.arraycopy(block.groups(), 0, groups, from, block.rows());
    for (int r = 0; r < block.rows(); r++) {
      weights[from + r] = block.weights()[r];
      grouped |= block.groups()[r] != 0;
      weighted |= block.weights()[r] != 1f;
    }
    for (int k = 0; k < tasks.size(); k++) {
      add(k, block, scores[k], from);
    }
  }

  private void add(int k, Batch block, float[] scores, int from) {
    Task task = tasks.get(k);
    int width = task.outputs();
    labels[k] = Arrays.copyOf(labels[k], groups.length);
    predictions[k] = Arrays.copyOf(predictions[k], Math.multiplyExact(groups.length, width));
    for (int r = 0; r < block.rows(); r++) {
      byte state = known.state(block, r, k);
      labels[k][from + r] =
          state == LabelState.OBSERVED.code()
              ? (float) moments.get(k).restore(known.label(block, r, k))
              : Float.NaN;
      missing[k] += state == LabelState.MISSING.code() ? 1 : 0;
      outside[k] += state == LabelState.OUTSIDE.code() ? 1 : 0;
      for (int c = 0; c < width; c++) {
        predictions[k][(from + r) * width + c] = moments.get(k).restore(scores[r * width + c]);
      }
    }
  }

  /**
   * Takes another model's labels for those of regression tasks that differ from them only by
   * rounding: each model keeps labels normalised by its own training part.
   *
   * @param other predictions over the same rows
   */
  void roundLike(ScoredRows other) {
    for (int k = 0; k < tasks.size(); k++) {
      int j = other.task(tasks.get(k).name());
      if (j < 0 || tasks.get(k).kind() != TaskKind.REGRESSION) {
        continue;
      }
      double sd = Math.max(moments.get(k).sd(), other.moments.get(j).sd());
      for (int r = 0; r < rows; r++) {
        double theirs = other.labels[j][r];
        if (Math.abs(labels[k][r] - theirs) <= ROUNDING * (sd + Math.abs(theirs))) {
          labels[k][r] = other.labels[j][r];
        }
      }
    }
  }

  private int grown(int size) {
    return rows <= size ? size : Math.max(rows, (int) Math.min(Integer.MAX_VALUE - 8, size * 2L));
  }

  /** Name of the model. */
  public String model() {
    return model;
  }

  /** The model's tasks, then what it predicts beside them: the products of a funnel. */
  public List<Task> tasks() {
    return tasks;
  }

  /** The model's tasks alone, which come first among {@link #tasks}. */
  public List<Task> declared() {
    return tasks.subList(0, declared);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Whether the rows belong to more than one group. */
  public boolean grouped() {
    return grouped;
  }

  /** Whether rows weigh differently. */
  public boolean weighted() {
    return weighted;
  }

  /** Position of the task of a name; −1 if there is none. */
  public int task(String name) {
    return tasks.stream().map(Task::name).toList().indexOf(name);
  }

  /** Label of a row; NaN where it is not observed. */
  public float label(int task, int row) {
    return labels[task][row];
  }

  /** Prediction of a row: the probability of class {@code output}, or the predicted value. */
  public double prediction(int task, int row, int output) {
    return predictions[task][row * tasks.get(task).outputs() + output];
  }

  /** Rows of a task without a label. */
  public long missing(int task) {
    return missing[task];
  }

  /** Rows outside a task's sample space. */
  public long outside(int task) {
    return outside[task];
  }

  /** The judged rows of a task: those with an observed label. */
  public Rows judged(int task) {
    return judged(task, row -> true);
  }

  /** Those judged rows of a task that pass. */
  public Rows judged(int k, IntPredicate keep) {
    int[] kept =
        IntStream.range(0, rows).filter(r -> !Float.isNaN(labels[k][r]) && keep.test(r)).toArray();
    int width = tasks.get(k).outputs();
    double[] scores = new double[kept.length * width];
    float[] truth = new float[kept.length];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(predictions[k], kept[i] * width, scores, i * width, width);
      truth[i] = labels[k][kept[i]];
    }
    Rows judged =
        switch (tasks.get(k).kind()) {
          case BINARY -> Rows.binary(scores, truth);
          case REGRESSION -> Rows.regression(scores, truth);
          case MULTICLASS -> Rows.multiclass(scores, width, truth);
        };
    Rows own = grouped ? judged.grouped(IntStream.of(kept).map(r -> groups[r]).toArray()) : judged;
    return weighted ? own.weighted(IntStream.of(kept).mapToDouble(r -> weights[r]).toArray()) : own;
  }
}
