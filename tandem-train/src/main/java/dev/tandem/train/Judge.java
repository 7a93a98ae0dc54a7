package dev.tandem.train;

import dev.tandem.config.EvaluationConfig;
import dev.tandem.config.MetricName;
import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.LabelState;
import dev.tandem.feature.Moments;
import dev.tandem.metric.Binning;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.Ece;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.LabelKind;
import dev.tandem.metric.Metric;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Ndcg;
import dev.tandem.metric.Recorder;
import dev.tandem.metric.Rows;
import dev.tandem.metric.TaskMetrics;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Judges scored rows: every task over the rows where its label is observed, and every product of
 * the head over those where it is known whether all of its tasks happened.
 */
public final class Judge {
  private final Blueprint blueprint;
  private final EvaluationConfig config;
  private final List<Task> predicted;
  private final PredictedLabels labels;

  /** Judges what a blueprint predicts. */
  public Judge(Blueprint blueprint, EvaluationConfig config) {
    this.blueprint = blueprint;
    this.predicted = blueprint.predicted();
    this.labels = new PredictedLabels(blueprint);
    this.config = config;
  }

  /**
   * The metrics of a data set under the scorer's weights.
   *
   * @param intervals whether to compute the intervals that the configuration asks for
   */
  Evaluation evaluate(Scorer scorer, EncodedData data, boolean intervals) {
    return evaluate(sink -> scorer.score(data, sink), intervals);
  }

  /**
   * The metrics of rows that are scored while they are judged.
   *
   * @param scoring hands every row to the sink that it is given
   * @param intervals whether to compute the intervals that the configuration asks for
   */
  public Evaluation evaluate(Consumer<PredictionSink> scoring, boolean intervals) {
    boolean[] seen = new boolean[2]; // weights other than 1, groups other than 0
    long[] count = {0};
    List<Recorder> recorders =
        collect(
            sink ->
                scoring.accept(
                    (rows, predictions) -> {
                      count[0] += rows.rows();
                      note(rows, seen);
                      sink.accept(rows, predictions);
                    }));
    Map<String, TaskMetrics> tasks = new LinkedHashMap<>();
    for (int k = 0; k < recorders.size(); k++) {
      String name = predicted.get(k).name();
      tasks.put(name, measure(name, recorders.get(k).rows(), seen, intervals));
    }
    return new Evaluation(count[0], tasks);
  }

  /** The rows that count, by task: those whose label is observed. */
  Map<String, Rows> judged(Consumer<PredictionSink> scoring) {
    List<Recorder> recorders = collect(scoring);
    Map<String, Rows> judged = new LinkedHashMap<>();
    for (int k = 0; k < recorders.size(); k++) {
      judged.put(predicted.get(k).name(), recorders.get(k).rows());
    }
    return judged;
  }

  private List<Recorder> collect(Consumer<PredictionSink> scoring) {
    List<Recorder> recorders = predicted.stream().map(Judge::recorder).toList();
    scoring.accept(
        (rows, predictions) -> {
          for (int k = 0; k < recorders.size(); k++) {
            record(k, recorders.get(k), rows, predictions[k]);
          }
        });
    return recorders;
  }

  private static Recorder recorder(Task task) {
    LabelKind kind =
        switch (task.kind()) {
          case BINARY -> LabelKind.BINARY;
          case REGRESSION -> LabelKind.REGRESSION;
          case MULTICLASS -> LabelKind.MULTICLASS;
        };
    return new Recorder(kind, task.outputs(), true, true);
  }

  private static void note(Batch rows, boolean[] seen) {
    for (int r = 0; r < rows.rows(); r++) {
      seen[0] |= rows.weights()[r] != 1f;
      seen[1] |= rows.groups()[r] != 0;
    }
  }

  private void record(int k, Recorder recorder, Batch rows, float[] predictions) {
    Task task = predicted.get(k);
    Moments moments = blueprint.moments(task);
    for (int r = 0; r < rows.rows(); r++) {
      if (labels.state(rows, r, k) != LabelState.OBSERVED.code()) {
        continue;
      }
      float label = labels.label(rows, r, k);
      double weight = rows.weights()[r];
      int group = rows.groups()[r];
      switch (task.kind()) {
        case BINARY -> recorder.add(predictions[r], label, weight, group);
        case REGRESSION ->
            recorder.add(
                moments.restore(predictions[r]), (float) moments.restore(label), weight, group);
        case MULTICLASS -> recorder.add(predictions, r * task.outputs(), label, weight, group);
      }
    }
  }

  private TaskMetrics measure(String task, Rows recorded, boolean[] seen, boolean intervals) {
    Rows rows = plain(recorded, seen);
    List<Metric> metrics = metrics().stream().filter(m -> m.appliesTo(rows)).toList();
    TaskMetrics measured = Metrics.measure(task, rows, metrics);
    if (!intervals || config.bootstrap().isEmpty()) {
      return measured;
    }
    EvaluationConfig.Bootstrap wanted = config.bootstrap().get();
    return measured.withIntervals(
        rows, new Bootstrap(wanted.samples(), wanted.level(), wanted.seed()), metrics);
  }

  /** Without weights or groups when the data has none, so that metrics by group do not appear. */
  private static Rows plain(Rows rows, boolean[] seen) {
    if (seen[0] && seen[1]) {
      return rows;
    }
    int n = rows.count();
    int classes = rows.classes();
    double[] scores = new double[n * classes];
    float[] labels = new float[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < classes; c++) {
        scores[i * classes + c] = rows.score(i, c);
      }
      labels[i] = rows.label(i);
      weights[i] = rows.weight(i);
    }
    if (seen[1]) {
      return rows;
    }
    Rows plain =
        switch (rows.kind()) {
          case BINARY -> Rows.binary(scores, labels);
          case REGRESSION -> Rows.regression(scores, labels);
          case MULTICLASS -> Rows.multiclass(scores, classes, labels);
        };
    return seen[0] ? plain.weighted(weights) : plain;
  }

  private List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    if (config.metrics().isEmpty()) {
      for (String name : Metrics.all().names()) {
        if (!name.startsWith("ndcg") && !name.equals("ece")) {
          metrics.add(Metrics.all().get(name));
        }
      }
      metrics.addAll(of(MetricName.ECE));
      metrics.addAll(of(MetricName.NDCG));
    }
    config.metrics().forEach(name -> metrics.addAll(of(name)));
    return metrics;
  }

  private List<Metric> of(MetricName name) {
    return switch (name) {
      case ECE -> List.of(new Ece(config.bins(), Binning.valueOf(config.binning().name())));
      case NDCG -> config.ndcgAt().stream().map(k -> (Metric) new Ndcg(k, false, false)).toList();
      case AUC -> List.of(Metrics.all().get("auc"), Metrics.all().get("macro_auc"));
      case LOSS -> List.of(Metrics.all().get("logloss"), Metrics.all().get("mse"));
      default -> List.of(Metrics.all().get(name.name().toLowerCase(java.util.Locale.ROOT)));
    };
  }
}
