package dev.tandem.metric;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task that are judged: scores and labels, and where there are any, weights and
 * groups. Rows outside the task's sample space or without an observed label do not belong in here;
 * {@link #count} is therefore the number behind every metric.
 *
 * <p>The arrays are not copied and must not change afterwards. The order by score and the gathering
 * by group are computed once, when first needed, and shared by all metrics and by reweighted views.
 * Immutable and thread-safe. Memory: 12 bytes per row, 8 for weights, 4 for groups, 4 each for the
 * two orders.
 */
public final class Rows {
  private final Columns columns;
  private final double @Nullable [] weights;

  private Rows(Columns columns, double @Nullable [] weights) {
    this.columns = columns;
    this.weights = weights;
  }

  /**
   * Rows of a binary task.
   *
   * @param probabilities [n] probabilities of label 1; metrics of ranking take any finite score
   * @param labels [n] 0 or 1
   * @throws IllegalArgumentException naming the first row whose score is NaN or whose label is
   *     neither 0 nor 1
   */
  public static Rows binary(double[] probabilities, float[] labels) {
    requireSize("probabilities", probabilities.length, labels.length);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != 0f && labels[i] != 1f) {
        throw new IllegalArgumentException(
            "label of row " + i + " is " + labels[i] + "; a binary task has labels 0 and 1");
      }
    }
    return new Rows(new Columns(LabelKind.BINARY, 1, probabilities, labels, null), null);
  }

  /**
   * Rows of a regression task.
   *
   * @param predictions [n] in the unit of the labels
   * @param labels [n] finite
   */
  public static Rows regression(double[] predictions, float[] labels) {
    requireSize("predictions", predictions.length, labels.length);
    for (int i = 0; i < labels.length; i++) {
      if (!Float.isFinite(labels[i])) {
        throw new IllegalArgumentException(
            "label of row " + i + " is " + labels[i] + "; labels must be finite numbers");
      }
    }
    return new Rows(new Columns(LabelKind.REGRESSION, 1, predictions, labels, null), null);
  }

  /**
   * Rows of a multi-class task.
   *
   * @param probabilities [n * classes] row-major
   * @param classes number of classes, at least 2
   * @param labels [n] class numbers 0 … classes − 1
   */
  public static Rows multiclass(double[] probabilities, int classes, float[] labels) {
    if (classes < 2) {
      throw new IllegalArgumentException("classes is " + classes + "; it must be at least 2");
    }
    requireSize("probabilities", probabilities.length, (long) labels.length * classes);
    for (int i = 0; i < labels.length; i++) {
      if (!(labels[i] >= 0 && labels[i] < classes && labels[i] == (int) labels[i])) {
        throw new IllegalArgumentException(
            "label of row " + i + " is " + labels[i] + "; classes are 0 to " + (classes - 1));
      }
    }
    return new Rows(new Columns(LabelKind.MULTICLASS, classes, probabilities, labels, null), null);
  }

  /**
   * The same rows, each counting as often as its weight says; replaces earlier weights.
   *
   * @param rowWeights [n] finite, not negative; a weight of 2 equals the row given twice
   */
  public Rows weighted(double[] rowWeights) {
    requireSize("weights", rowWeights.length, count());
    for (int i = 0; i < rowWeights.length; i++) {
      if (!(rowWeights[i] >= 0 && rowWeights[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "weight of row "
                + i
                + " is "
                + rowWeights[i]
                + "; weights must be finite and not negative");
      }
    }
    return new Rows(columns, rowWeights);
  }

  /**
   * The same rows with a group each (a user, a request), by which GAUC, uAUC and NDCG average and
   * the bootstrap draws.
   *
   * @param groups [n] any numbers
   */
  public Rows grouped(int[] groups) {
    requireSize("groups", groups.length, count());
    return new Rows(
        new Columns(columns.kind, columns.classes, columns.scores, columns.labels, groups),
        weights);
  }

  public LabelKind kind() {
    return columns.kind;
  }

  /** Number of classes of a multi-class task, otherwise 1. */
  public int classes() {
    return columns.classes;
  }

  /** Number of rows, whatever their weights. */
  public int count() {
    return columns.labels.length;
  }

  /** Score of a row of a binary or regression task. */
  public double score(int row) {
    return columns.scores[row];
  }

  /** Score of one class in a row. */
  public double score(int row, int ofClass) {
    return columns.scores[row * columns.classes + ofClass];
  }

  public float label(int row) {
    return columns.labels[row];
  }

  /** Weight of a row; 1 when none were given. */
  public double weight(int row) {
    return weights == null ? 1 : weights[row];
  }

  public boolean isWeighted() {
    return weights != null;
  }

  public boolean isGrouped() {
    return columns.groups != null;
  }

  /** Sum of all weights; the number of rows when none were given. */
  public double totalWeight() {
    if (weights == null) {
      return count();
    }
    Sum sum = new Sum();
    for (double w : weights) {
      sum.add(w);
    }
    return sum.value();
  }

  /** Sum of weight times label: the positives of a binary task. */
  public double totalLabel() {
    Sum sum = new Sum();
    for (int i = 0; i < count(); i++) {
      sum.add(weight(i) * label(i));
    }
    return sum.value();
  }

  /** One class against all others, as a binary task. */
  Rows oneVersusRest(int ofClass) {
    int n = count();
    double[] scores = new double[n];
    float[] labels = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = score(i, ofClass);
      labels[i] = label(i) == ofClass ? 1 : 0;
    }
    return new Rows(new Columns(LabelKind.BINARY, 1, scores, labels, columns.groups), weights);
  }

  /** The same rows counted {@code times[i]} times each. */
  Rows repeated(int[] times) {
    double[] product = new double[count()];
    for (int i = 0; i < product.length; i++) {
      product[i] = weight(i) * times[i];
    }
    return new Rows(columns, product);
  }

  /**
   * Whether the other rows carry the same labels, weights and groups, so that they can be paired.
   */
  boolean pairsWith(Rows other) {
    return kind() == other.kind()
        && java.util.Arrays.equals(columns.labels, other.columns.labels)
        && java.util.Arrays.equals(weights, other.weights)
        && java.util.Arrays.equals(columns.groups, other.columns.groups);
  }

  /** Row numbers by falling score. */
  int[] order() {
    return columns.order();
  }

  /** Row numbers by rising score, in an array of the caller's own. */
  public int[] ascending() {
    int[] falling = order();
    int[] rising = new int[falling.length];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = falling[falling.length - 1 - i];
    }
    return rising;
  }

  /** The rows by group. */
  Groups groups() {
    return columns.gathered();
  }

  private static void requireSize(String what, long found, long expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          what + " has " + found + " values; the labels ask for " + expected);
    }
  }

  /** What reweighted views share. */
  private static final class Columns {
    final LabelKind kind;
    final int classes;
    final double[] scores;
    final float[] labels;
    final int @Nullable [] groups;
    private int @Nullable [] order;
    private @Nullable Groups gathered;

    Columns(LabelKind kind, int classes, double[] scores, float[] labels, int @Nullable [] groups) {
      this.kind = kind;
      this.classes = classes;
      this.scores = scores;
      this.labels = labels;
      this.groups = groups;
      for (int i = 0; i < scores.length; i++) {
        if (Double.isNaN(scores[i])) {
          throw new IllegalArgumentException(
              "score " + i + " is NaN; a model that diverged cannot be judged");
        }
      }
    }

    synchronized int[] order() {
      if (order == null) {
        if (kind == LabelKind.MULTICLASS) {
          throw new IllegalStateException("rows of a multi-class task have no order by score");
        }
        order = ScoreOrder.descending(scores);
      }
      return order;
    }

    private int[] given() {
      return IntStream.range(0, labels.length).toArray();
    }

    synchronized Groups gathered() {
      if (gathered == null) {
        if (groups == null) {
          throw new IllegalStateException("these rows have no groups");
        }
        // several scores give no order; a resampling of whole groups needs none
        gathered = Groups.of(kind == LabelKind.MULTICLASS ? given() : order(), groups);
      }
      return gathered;
    }
  }
}
