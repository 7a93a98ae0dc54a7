package dev.tandem.figure;

import dev.tandem.feature.DataException;
import dev.tandem.ingest.RawRows;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.simulate.SecondTask;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/**
 * DEPHN's figure 7: each model's activations along the confidence that the labels were made from.
 * Rows are sorted by it and cut into bins of equal size; lines are the bins' medians, dotted lines
 * their 5 % and 95 % quantiles, dashed ones the constructed confidences. Logits of a classifier
 * have a scale of their own: a least squares line through the medians may put them on that of the
 * confidences.
 */
public final class Confidences {
  private static final int BINS = 200;

  /**
   * What to draw.
   *
   * @param columns of the data with each task's constructed confidence, the base task's first;
   *     empty: rows are sorted by the model's own first activation
   * @param rescaled whether activations are put on the scale of the confidences
   */
  public record Options(List<String> columns, boolean rescaled) {}

  private final Options options;
  private final List<List<Object>> rows = new ArrayList<>();
  private final List<Panel> panels = new ArrayList<>();
  private final List<String> found = new ArrayList<>();

  private Confidences(Options options) {
    this.options = options;
  }

  /**
   * The figure of several models over the same rows.
   *
   * @param source the rows
   * @throws DataException when a column is missing, holds no numbers, or there are fewer rows than
   *     bins
   */
  public static Figure figure(List<StoredModel> models, RowSource source, Options options) {
    Confidences figure = new Confidences(options);
    models.forEach(model -> figure.add(model, source));
    return new Figure(
        "fig7-confidences",
        options.columns().isEmpty()
            ? "Figure 7: activations along each model's first"
            : "Figure 7: activations along the constructed confidence",
        (options.columns().isEmpty()
                ? "How the medians (solid) of the other tasks go along with the first, and how wide the bands between the"
                : "How closely the medians (solid) follow the constructed confidences (dashed), and how wide the bands between the")
            + " dotted lines are, above all at both ends.",
        String.join("; ", figure.found) + ".",
        Map.of("rescaled", String.valueOf(options.rescaled()), "bins", String.valueOf(BINS)),
        List.of("model", "task", "bin", "cMean", "target", "q05", "q50", "q95"),
        figure.rows,
        new Picture(figure.panels, 1, 860, 420));
  }

  private void add(StoredModel model, RowSource source) {
    List<Task> all = model.preprocessor().tasks();
    List<Task> tasks = all.stream().filter(task -> task.kind() == TaskKind.BINARY).toList();
    if (tasks.isEmpty() || options.columns().size() > tasks.size()) {
      throw new DataException(
          "%s: found %d confidences for %d binary tasks; allowed: a model with a binary task, and at most one confidence for each, in the order of the tasks"
              .formatted(model.path(), options.columns().size(), tasks.size()));
    }
    List<double[]> targets = new ArrayList<>();
    List<double[]> logits = new ArrayList<>();
    try (RawRows raw = source.open(model, false)) {
      for (String column : options.columns()) {
        targets.add(numbers(column, raw.texts(column, "")));
      }
    }
    List<List<float[]>> blocks = new ArrayList<>();
    try (RawRows raw = source.open(model, false)) {
      model
          .model()
          .predict(
              raw::next,
              (block, predictions) ->
                  blocks.add(
                      tasks.stream()
                          .map(t -> Arrays.copyOf(predictions[all.indexOf(t)], block.rows()))
                          .toList()));
    }
    for (int k = 0; k < tasks.size(); k++) {
      int task = k;
      logits.add(
          blocks.stream()
              .flatMapToDouble(
                  b ->
                      IntStream.range(0, b.get(task).length)
                          .mapToDouble(r -> logit(b.get(task)[r])))
              .toArray());
    }
    panel(model, tasks, targets, logits);
  }

  private static double logit(float probability) {
    double p = Math.max(1e-7, Math.min(1 - 1e-7, probability));
    return Math.log(p / (1 - p));
  }

  private static double[] numbers(String column, List<String> texts) {
    try {
      return texts.stream().mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException e) {
      throw new DataException(
          "column %s holds no confidences: %s".formatted(column, e.getMessage()), e);
    }
  }

  private void panel(
      StoredModel model, List<Task> tasks, List<double[]> targets, List<double[]> logits) {
    double[] base = targets.isEmpty() ? logits.get(0) : targets.get(0);
    int n = base.length;
    if (n < BINS) {
      throw new DataException("%d rows are too few for %d bins".formatted(n, BINS));
    }
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> base[i]));
    String name = String.valueOf(model.path().getFileName());
    XYChart chart =
        Charts.lines(
            name,
            sortedBy(tasks),
            options.rescaled() ? "confidence; activations rescaled" : "activation (logit)");
    double[] x = binned(order, base, Confidences::mean);
    for (int k = 0; k < logits.size(); k++) {
      double[] median = binned(order, logits.get(k), v -> quantile(v, 0.5));
      double[] low = binned(order, logits.get(k), v -> quantile(v, 0.05));
      double[] high = binned(order, logits.get(k), v -> quantile(v, 0.95));
      boolean known = k < targets.size();
      double[] target = known ? binned(order, targets.get(k), Confidences::mean) : new double[0];
      if (known && options.rescaled()) {
        double[] line = fit(median, target);
        rescale(line, median, low, high);
      }
      String task = tasks.get(k).name();
      Charts.line(chart, task + " median", x, median, k, Charts.Stroke.SOLID);
      Charts.unnamed(chart, task + " 5 %", x, low, k, Charts.Stroke.DOTTED);
      Charts.unnamed(chart, task + " 95 %", x, high, k, Charts.Stroke.DOTTED);
      if (known) {
        Charts.line(
            chart,
            task + " constructed",
            thinned(x),
            thinned(target),
            targets.size() + k,
            Charts.Stroke.DASHED);
      }
      found.add(
          String.format(
              Locale.ROOT,
              "%s, %s: correlation of medians and %s %.3f, mean width of the band %.2f",
              name,
              task,
              known ? "constructed confidence" : sortedBy(tasks),
              SecondTask.correlation(median, known ? target : x),
              mean(IntStream.range(0, BINS).mapToDouble(b -> high[b] - low[b]).toArray())));
      for (int b = 0; b < BINS; b++) {
        rows.add(List.of(name, task, b, x[b], known ? target[b] : "", low[b], median[b], high[b]));
      }
    }
    panels.add(chart::paint);
  }

  /** What the rows are sorted by. */
  private String sortedBy(List<Task> tasks) {
    return options.columns().isEmpty()
        ? "activation of " + tasks.get(0).name()
        : "base confidence c";
  }

  /** Every fifth bin and the last. */
  private static double[] thinned(double[] bins) {
    return IntStream.rangeClosed(0, BINS / 5)
        .mapToDouble(i -> bins[Math.min(5 * i, BINS - 1)])
        .toArray();
  }

  private interface Statistic {
    double of(double[] sorted);
  }

  private static double[] binned(Integer[] order, double[] values, Statistic statistic) {
    double[] result = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      int from = (int) ((long) order.length * b / BINS);
      int to = (int) ((long) order.length * (b + 1) / BINS);
      double[] own = new double[to - from];
      for (int i = from; i < to; i++) {
        own[i - from] = values[order[i]];
      }
      Arrays.sort(own);
      result[b] = statistic.of(own);
    }
    return result;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  /** Slope and intercept of the least squares line y ≈ slope · x + intercept. */
  private static double[] fit(double[] x, double[] y) {
    double mx = mean(x);
    double my = mean(y);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    double slope = xx == 0 ? 0 : xy / xx;
    return new double[] {slope, my - slope * mx};
  }

  private static void rescale(double[] line, double[]... all) {
    for (double[] values : all) {
      for (int i = 0; i < values.length; i++) {
        values[i] = line[0] * values[i] + line[1];
      }
    }
  }
}
