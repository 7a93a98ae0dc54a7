package dev.tandem.metric;

import java.util.Arrays;

/**
 * Collects the judged rows of one task while predictions stream by, in primitive arrays that grow.
 * Metrics over the collected rows are exact. Not thread-safe; rows keep the order of the calls.
 */
public final class Recorder {
  private final LabelKind kind;
  private final int classes;
  private final boolean weighted;
  private final boolean grouped;
  private double[] scores;
  private float[] labels = new float[1024];
  private double[] weights;
  private int[] groups;
  private int count;

  /**
   * An empty recorder.
   *
   * @param kind what the labels are
   * @param classes number of scores per row, 1 unless multi-class
   * @param weighted whether weights are kept
   * @param grouped whether groups are kept
   */
  public Recorder(LabelKind kind, int classes, boolean weighted, boolean grouped) {
    this.kind = kind;
    this.classes = classes;
    this.weighted = weighted;
    this.grouped = grouped;
    weights = new double[weighted ? 1024 : 0];
    groups = new int[grouped ? 1024 : 0];
    scores = new double[1024 * classes];
  }

  /** Adds a row of a binary or regression task. Weight and group are ignored where not kept. */
  public void add(double score, float label, double weight, int group) {
    int row = next(label, weight, group);
    scores[row * classes] = score;
  }

  /**
   * Adds a row of a multi-class task.
   *
   * @param values array that holds the row's class probabilities from {@code from} on
   */
  public void add(float[] values, int from, float label, double weight, int group) {
    int row = next(label, weight, group);
    for (int c = 0; c < classes; c++) {
      scores[row * classes + c] = values[from + c];
    }
  }

  public int count() {
    return count;
  }

  /** The rows so far, in arrays of their own. */
  public Rows rows() {
    double[] s = Arrays.copyOf(scores, count * classes);
    float[] y = Arrays.copyOf(labels, count);
    Rows rows =
        switch (kind) {
          case BINARY -> Rows.binary(s, y);
          case REGRESSION -> Rows.regression(s, y);
          case MULTICLASS -> Rows.multiclass(s, classes, y);
        };
    if (weighted) {
      rows = rows.weighted(Arrays.copyOf(weights, count));
    }
    return grouped ? rows.grouped(Arrays.copyOf(groups, count)) : rows;
  }

  private int next(float label, double weight, int group) {
    if (count == labels.length) {
      grow();
    }
    labels[count] = label;
    if (weighted) {
      weights[count] = weight;
    }
    if (grouped) {
      groups[count] = group;
    }
    return count++;
  }

  private void grow() {
    int size = Math.addExact(count, count >> 1);
    scores = Arrays.copyOf(scores, Math.multiplyExact(size, classes));
    labels = Arrays.copyOf(labels, size);
    weights = weighted ? Arrays.copyOf(weights, size) : weights;
    groups = grouped ? Arrays.copyOf(groups, size) : groups;
  }
}
