package dev.tandem.report;

import dev.tandem.feature.DataException;
import dev.tandem.metric.Better;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.DeLong;
import dev.tandem.metric.Decimals;
import dev.tandem.metric.Holm;
import dev.tandem.metric.Interval;
import dev.tandem.metric.LabelKind;
import dev.tandem.metric.Metric;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Rows;
import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How models are compared.
 *
 * @param data name of what they are judged on
 * @param bootstrap draws and coverage
 * @param segment column of the breakdown; empty for none
 * @param segments its value in every row; empty for none
 */
public record Comparing(String data, Bootstrap bootstrap, String segment, List<String> segments) {
  private static final Map<LabelKind, List<String>> COMPARED =
      Map.of(
          LabelKind.BINARY, List.of("auc", "logloss", "gauc"),
          LabelKind.REGRESSION, List.of("rmse", "mae"),
          LabelKind.MULTICLASS, List.of("macro_auc", "logloss"));

  private static final int SEGMENTS = 20;

  public Comparing {
    segments = List.copyOf(segments);
  }

  /** 1,000 resamples at 95 %, no breakdown. */
  public static Comparing standard(String data) {
    return new Comparing(data, new Bootstrap(1000, 0.95, 1), "", List.of());
  }

  /**
   * Compares models that were judged on the same rows in the same order.
   *
   * @param models at least two; the first is what the others are compared with
   * @throws DataException when they have no task in common, disagree on rows or labels, or there
   *     are no rows
   */
  public Comparison compare(List<ScoredRows> models) {
    if (models.size() < 2) {
      throw new IllegalArgumentException("a comparison needs two models; found " + models.size());
    }
    ScoredRows first = models.get(0);
    List<Task> shared =
        first.tasks().stream()
            .filter(t -> models.stream().allMatch(m -> m.task(t.name()) >= 0))
            .toList();
    if (shared.isEmpty()) {
      throw new DataException(
          "the models have no task in common: "
              + models.stream()
                  .map(m -> m.model() + " has " + m.tasks().stream().map(Task::name).toList())
                  .collect(Collectors.joining(", ")));
    }
    for (ScoredRows other : models) {
      if (other.rows() != first.rows()) {
        throw new DataException(
            "%s was judged on %,d rows and %s on %,d; compare them on the same data"
                .formatted(first.model(), first.rows(), other.model(), other.rows()));
      }
      other.roundLike(first);
    }
    if (first.rows() == 0) {
      throw new DataException(data + " holds no rows to compare the models on");
    }
    List<Comparison.TaskResult> results =
        adjusted(shared.stream().map(t -> task(t.name(), models)).toList());
    List<String> names = models.stream().map(ScoredRows::model).toList();
    return new Comparison(
        names,
        data,
        first.rows(),
        first.grouped(),
        bootstrap.resamples(),
        bootstrap.level(),
        words(names, results),
        results,
        segment);
  }

  private Comparison.TaskResult task(String name, List<ScoredRows> models) {
    int[] at = models.stream().mapToInt(m -> m.task(name)).toArray();
    List<Rows> rows =
        IntStream.range(0, at.length).mapToObj(m -> models.get(m).judged(at[m])).toList();
    Rows first = rows.get(0);
    for (int m = 1; m < rows.size(); m++) {
      requireSameLabels(name, models, rows, m);
    }
    List<Metric> compared = compared(first);
    List<Comparison.Figure> figures = figures(rows, compared);
    List<Comparison.Difference> differences = new ArrayList<>();
    for (Metric metric : compared) {
      for (int m = 1; m < rows.size(); m++) {
        differences.add(difference(metric, models.get(m).model(), rows.get(m), first));
      }
    }
    Disagreements disagreements = Disagreements.of(models, at, segments);
    return new Comparison.TaskResult(
        name,
        first.count(),
        first.totalWeight(),
        first.kind() == LabelKind.BINARY ? first.totalLabel() : Double.NaN,
        figures,
        differences,
        segments.isEmpty() || compared.isEmpty()
            ? List.of()
            : breakdown(compared.get(0), models, at),
        (int) values(models.get(0), at[0]).distinct().count(),
        disagreements.mean(),
        disagreements.largest());
  }

  private static void requireSameLabels(
      String task, List<ScoredRows> models, List<Rows> rows, int m) {
    Rows a = rows.get(0);
    Rows b = rows.get(m);
    boolean same = a.kind() == b.kind() && a.count() == b.count();
    for (int i = 0; same && i < a.count(); i++) {
      same = a.label(i) == b.label(i);
    }
    if (!same) {
      throw new DataException(
          "task %s: %s and %s see different labels in the same rows; compare models whose label expressions agree"
              .formatted(task, models.get(0).model(), models.get(m).model()));
    }
  }

  private static List<Metric> compared(Rows rows) {
    if (rows.count() == 0) {
      return List.of();
    }
    return COMPARED.getOrDefault(rows.kind(), List.of()).stream()
        .map(Metrics.all()::get)
        .filter(m -> m.appliesTo(rows))
        .toList();
  }

  private List<Comparison.Figure> figures(List<Rows> rows, List<Metric> compared) {
    List<Comparison.Figure> figures = new ArrayList<>();
    if (rows.get(0).count() == 0) {
      return figures;
    }
    List<Metric> all = new ArrayList<>(compared);
    for (String name : Metrics.all().names()) {
      Metric metric = Metrics.all().get(name);
      if (!all.contains(metric) && metric.appliesTo(rows.get(0))) {
        all.add(metric);
      }
    }
    for (Metric metric : all) {
      List<Comparison.Value> values = new ArrayList<>();
      for (Rows r : rows) {
        Interval interval =
            compared.contains(metric)
                ? bootstrap.interval(metric, r)
                : new Interval(Double.NaN, Double.NaN, bootstrap.level());
        values.add(
            new Comparison.Value(metric.measure(r).value(), interval.low(), interval.high()));
      }
      figures.add(
          new Comparison.Figure(
              metric.name(), metric.better().name().toLowerCase(Locale.ROOT), values));
    }
    return figures;
  }

  private Comparison.Difference difference(Metric metric, String model, Rows rows, Rows base) {
    Bootstrap.Comparison by = bootstrap.compare(metric, rows, base);
    Comparison.Gain gain = gain(metric, by);
    double low = Double.NaN;
    double high = Double.NaN;
    double p = Double.NaN;
    if (metric.name().equals("auc") && !rows.isWeighted()) {
      DeLong.Comparison other = DeLong.compare(rows, base);
      low = other.interval(bootstrap.level()).low();
      high = other.interval(bootstrap.level()).high();
      p = other.pValue();
    }
    return new Comparison.Difference(
        metric.name(),
        model,
        gain.gain(),
        gain.low(),
        gain.high(),
        by.pValue(),
        by.pValue(),
        low,
        high,
        p);
  }

  /** Signed so that positive is better. */
  private static Comparison.Gain gain(Metric metric, Bootstrap.Comparison by) {
    Interval i = by.interval();
    return metric.better() == Better.LOWER
        ? new Comparison.Gain(-by.difference(), -i.high(), -i.low())
        : new Comparison.Gain(by.difference(), i.low(), i.high());
  }

  private List<Comparison.Segment> breakdown(Metric metric, List<ScoredRows> models, int[] at) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    values(models.get(0), at[0]).forEach(value -> sizes.merge(value, 1L, Long::sum));
    return sizes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(SEGMENTS)
        .map(e -> segment(e.getKey(), metric, models, at))
        .toList();
  }

  /** The segments of a task's labelled rows; none without segments. */
  private Stream<String> values(ScoredRows model, int task) {
    return IntStream.range(0, segments.size())
        .filter(r -> !Float.isNaN(model.label(task, r)))
        .mapToObj(segments::get);
  }

  private Comparison.Segment segment(
      String value, Metric metric, List<ScoredRows> models, int[] at) {
    List<Rows> rows =
        IntStream.range(0, at.length)
            .mapToObj(m -> models.get(m).judged(at[m], r -> segments.get(r).equals(value)))
            .toList();
    return new Comparison.Segment(
        value,
        rows.get(0).count(),
        metric.name(),
        rows.stream().map(r -> metric.measure(r).value()).toList(),
        rows.stream()
            .skip(1)
            .map(r -> gain(metric, bootstrap.compare(metric, r, rows.get(0))))
            .toList());
  }

  /** With Holm's correction over the tasks and models, metric by metric. */
  private static List<Comparison.TaskResult> adjusted(List<Comparison.TaskResult> tasks) {
    List<Comparison.Difference> all =
        tasks.stream().flatMap(t -> t.differences().stream()).toList();
    Map<Comparison.Difference, Comparison.Difference> corrected = new HashMap<>();
    all.stream()
        .collect(Collectors.groupingBy(Comparison.Difference::metric))
        .values()
        .forEach(
            same -> {
              double[] p =
                  Holm.adjust(same.stream().mapToDouble(Comparison.Difference::pValue).toArray());
              for (int i = 0; i < p.length; i++) {
                corrected.put(same.get(i), same.get(i).adjusted(p[i]));
              }
            });
    return tasks.stream()
        .map(
            t ->
                new Comparison.TaskResult(
                    t.task(),
                    t.rows(),
                    t.weight(),
                    t.positives(),
                    t.figures(),
                    t.differences().stream().map(d -> corrected.getOrDefault(d, d)).toList(),
                    t.segments(),
                    t.segmentValues(),
                    t.disagreement(),
                    t.disagreements()))
        .toList();
  }

  private static List<String> words(List<String> models, List<Comparison.TaskResult> tasks) {
    List<String> words = new ArrayList<>();
    for (String model : models.subList(1, models.size())) {
      Function<String, List<String>> where =
          what ->
              tasks.stream()
                  .filter(t -> !t.differences().isEmpty())
                  .filter(t -> verdict(main(t, model)).equals(what))
                  .map(t -> sentence(t.task(), main(t, model)))
                  .toList();
      String verdicts =
          List.of("better", "worse", "not clearly different").stream()
              .filter(v -> !where.apply(v).isEmpty())
              .map(v -> v + " at " + String.join("; ", where.apply(v)))
              .collect(Collectors.joining(". It is "));
      words.add(
          "%s against %s: %s."
              .formatted(
                  model,
                  models.get(0),
                  verdicts.isEmpty() ? "no task has a label in these rows" : verdicts));
    }
    return words;
  }

  private static Comparison.Difference main(Comparison.TaskResult task, String model) {
    return task.differences().stream()
        .filter(d -> d.model().equals(model))
        .findFirst()
        .orElseThrow();
  }

  private static String verdict(Comparison.Difference d) {
    return d.up() ? "better" : d.down() ? "worse" : "not clearly different";
  }

  private static String sentence(String task, Comparison.Difference d) {
    if (Double.isNaN(d.gain())) {
      return "%s (%s undefined)".formatted(task, d.metric());
    }
    String interval =
        Double.isNaN(d.low())
            ? "too few rows or groups for an interval"
            : Decimals.signed(d.low(), 4) + " to " + Decimals.signed(d.high(), 4);
    return "%s (%s %s, %s)".formatted(task, d.metric(), Decimals.signed(d.gain(), 4), interval);
  }
}
