package dev.tandem.report;

import java.util.List;

/**
 * Two or more models judged on the same rows. The first is what the others are compared with. JSON
 * and pages are made of it as it stands.
 *
 * @param models their names
 * @param data what they were judged on
 * @param rows its rows
 * @param grouped whether the bootstrap drew whole groups
 * @param resamples draws of the bootstrap
 * @param level coverage of the intervals
 * @param words the result in sentences
 * @param tasks the tasks that all models have
 * @param segment column of the breakdown; empty without one
 */
public record Comparison(
    List<String> models,
    String data,
    long rows,
    boolean grouped,
    int resamples,
    double level,
    List<String> words,
    List<TaskResult> tasks,
    String segment) {
  public Comparison {
    models = List.copyOf(models);
    words = List.copyOf(words);
    tasks = List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param task its name
   * @param rows rows with an observed label
   * @param weight their weight
   * @param positives weight of the positives; NaN if it is not binary
   * @param figures every metric under every model
   * @param differences every other model against the first
   * @param segments the breakdown, by falling number of rows; the most frequent values
   * @param segmentValues how many different values there are
   * @param disagreement mean absolute difference between the largest and the smallest prediction
   * @param disagreements the rows where that is largest
   */
  public record TaskResult(
      String task,
      long rows,
      double weight,
      double positives,
      List<Figure> figures,
      List<Difference> differences,
      List<Segment> segments,
      int segmentValues,
      double disagreement,
      List<Disagreement> disagreements) {
    public TaskResult {
      figures = List.copyOf(figures);
      differences = List.copyOf(differences);
      segments = List.copyOf(segments);
      disagreements = List.copyOf(disagreements);
    }
  }

  /**
   * A metric under every model.
   *
   * @param metric its name
   * @param better higher, lower or near_one
   * @param values one per model
   */
  public record Figure(String metric, String better, List<Value> values) {
    public Figure {
      values = List.copyOf(values);
    }
  }

  /** A value with its interval; NaN where there is none. */
  public record Value(double value, double low, double high) {}

  /**
   * A model against the first.
   *
   * @param metric name of the metric
   * @param model name of the model
   * @param gain by how much it is better than the first; positive means better
   * @param low lower end of the gain's interval, by the paired bootstrap
   * @param high upper end
   * @param pValue two-sided, by the bootstrap
   * @param adjusted the same after Holm's correction for the number of tasks and models
   * @param deLongLow lower end by DeLong, who takes rows as independent; NaN where not defined
   * @param deLongHigh upper end
   * @param deLongP two-sided p-value by DeLong
   */
  public record Difference(
      String metric,
      String model,
      double gain,
      double low,
      double high,
      double pValue,
      double adjusted,
      double deLongLow,
      double deLongHigh,
      double deLongP) {
    static final double ALPHA = 0.05;

    boolean up() {
      return low > 0 && adjusted <= ALPHA;
    }

    boolean down() {
      return high < 0 && adjusted <= ALPHA;
    }

    Difference adjusted(double p) {
      return new Difference(
          metric, model, gain, low, high, pValue, p, deLongLow, deLongHigh, deLongP);
    }
  }

  /**
   * Rows of one value of the segment's column.
   *
   * @param segment the value
   * @param rows its rows with an observed label
   * @param metric the metric
   * @param values one per model
   * @param gains one per model but the first
   */
  public record Segment(
      String segment, long rows, String metric, List<Double> values, List<Gain> gains) {
    public Segment {
      values = List.copyOf(values);
      gains = List.copyOf(gains);
    }
  }

  /** A gain over the first model with its interval; positive means better. */
  public record Gain(double gain, double low, double high) {}

  /**
   * A row that the models see differently.
   *
   * @param row its number from 0
   * @param label its label; NaN if not observed
   * @param predictions one per model; of a multi-class task the probability of the class that they
   *     differ most about
   * @param segment its value of the segment's column
   */
  public record Disagreement(long row, double label, List<Double> predictions, String segment) {
    public Disagreement {
      predictions = List.copyOf(predictions);
    }
  }

  /** Compares with 1,000 resamples at 95 %. */
  public static Comparison of(String data, List<ScoredRows> models) {
    return Comparing.standard(data).compare(models);
  }

  /** As one JSON object; undefined numbers are null. */
  public String json() {
    return Page.json(this);
  }

  /** The page: one HTML file that needs nothing else. */
  public String html() {
    return Page.html(Page.Kind.COMPARISON, String.join(" against ", models), this);
  }

  /** Each task's gain of one model over the first, as a picture of the seesaw. */
  public Seesaw seesaw(String model) {
    return Seesaw.of(
        models.get(0),
        tasks.stream()
            .flatMap(
                t ->
                    t.differences().stream()
                        .filter(d -> d.model().equals(model))
                        .filter(d -> d.metric().equals(t.differences().get(0).metric()))
                        .map(
                            d ->
                                new Seesaw.Gain(
                                    t.task(),
                                    d.metric(),
                                    d.gain(),
                                    d.low(),
                                    d.high(),
                                    d.adjusted())))
            .toList());
  }
}
