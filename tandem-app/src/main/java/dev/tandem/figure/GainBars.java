package dev.tandem.figure;

import dev.tandem.experiment.Gain;
import dev.tandem.feature.DataException;
import dev.tandem.metric.Decimals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * DEPHN's figure 5: gains of AUC over the baseline by coefficient function and similarity of
 * labels, as bars with standard deviations over the seeds, and one task's gain against the other's.
 * Models of the experiment are named {@code SIMILARITY + FUNCTION}; others stand in every panel.
 */
public final class GainBars {
  private static final Pattern GRID = Pattern.compile("(.+) \\+ (.+)");
  private static final double UNIT = 1e4;

  private final String baseline;
  private final List<Gain> gains;

  private GainBars(String baseline, List<Gain> gains) {
    this.baseline = baseline;
    this.gains = gains;
  }

  /**
   * The figure of an experiment.
   *
   * @param results directory of its results
   * @throws DataException when no model has a finished run beside one of the baseline
   */
  public static Figure figure(Path results) {
    String baseline = Gain.baseline(results);
    List<Gain> gains = Gain.of(results).stream().filter(g -> !g.model().equals(baseline)).toList();
    if (gains.isEmpty()) {
      throw new DataException(
          "%s has no finished run beside one of the baseline %s with the same seed; run the experiment first"
              .formatted(results, baseline));
    }
    return new GainBars(baseline, gains).figure(results.toString());
  }

  private Figure figure(String where) {
    List<Panel> panels = new ArrayList<>();
    Set<String> similarities = new LinkedHashSet<>();
    gains.forEach(g -> similarities.add(similarity(g)));
    similarities.remove("");
    if (similarities.isEmpty()) {
      similarities.add("");
    }
    for (String data : distinct(gains.stream().map(Gain::data).toList())) {
      for (String similarity : similarities) {
        List<Gain> own =
            gains.stream()
                .filter(g -> g.data().equals(data))
                .filter(g -> similarity(g).equals(similarity) || similarity(g).isEmpty())
                .toList();
        String title = similarity.isEmpty() ? data : data + ", " + similarity;
        panels.add(bars(title, own));
        panels.add(scatter(title, own));
      }
    }
    return new Figure(
        "fig5-gains",
        "Figure 5: gain over " + baseline,
        "Bars: mean gain of AUC over the seeds, whiskers one standard deviation (none where a bar is one seed's). Points: one task's gain against the other's;"
            + " far from the diagonal one task pays for the other.",
        found(),
        Map.of("results", where, "seeds", String.valueOf(seeds())),
        List.of(
            "dataset",
            "similarity",
            "function",
            "task",
            "seed",
            "auc",
            "logloss",
            "dAuc",
            "dLogloss"),
        gains.stream().map(GainBars::row).toList(),
        new Picture(panels, 2, 560, 380));
  }

  private long seeds() {
    return gains.stream().mapToLong(Gain::seed).distinct().count();
  }

  private static List<Object> row(Gain g) {
    return List.of(
        g.data(),
        similarity(g),
        function(g),
        g.task(),
        g.seed(),
        g.auc(),
        g.logloss(),
        g.aucGain(),
        g.loglossGain());
  }

  private static String similarity(Gain gain) {
    Matcher m = GRID.matcher(gain.model());
    return m.matches() ? m.group(1) : "";
  }

  private static String function(Gain gain) {
    Matcher m = GRID.matcher(gain.model());
    return m.matches() ? m.group(2) : gain.model();
  }

  private static List<String> distinct(List<String> all) {
    return List.copyOf(new LinkedHashSet<>(all));
  }

  private Panel bars(String title, List<Gain> own) {
    CategoryChart chart = Charts.bars(title, "", "gain of AUC, 1e-4");
    List<String> functions = distinct(own.stream().map(GainBars::function).toList());
    List<String> tasks = distinct(own.stream().map(Gain::task).toList());
    for (int t = 0; t < tasks.size(); t++) {
      List<Double> means = new ArrayList<>();
      List<Double> deviations = new ArrayList<>();
      for (String function : functions) {
        double[] values = values(own, function, tasks.get(t));
        means.add(UNIT * mean(values));
        if (values.length > 1) {
          deviations.add(UNIT * deviation(values));
        }
      }
      boolean whiskers = deviations.size() == means.size(); // one seed deviates from nothing
      Charts.bar(chart, tasks.get(t), functions, means, whiskers ? deviations : List.of(), t);
    }
    return chart::paint;
  }

  private Panel scatter(String title, List<Gain> own) {
    List<String> tasks = distinct(own.stream().map(Gain::task).toList());
    String second = tasks.get(Math.min(1, tasks.size() - 1));
    XYChart chart =
        Charts.lines(title, "gain on " + tasks.get(0) + ", 1e-4", "gain on " + second + ", 1e-4");
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(9);
    chart.getStyler().setXAxisDecimalPattern("0.##");
    chart.getStyler().setYAxisDecimalPattern("0.##");
    Charts.namesBeside(chart);
    List<String> functions = distinct(own.stream().map(GainBars::function).toList());
    for (int f = 0; f < functions.size(); f++) {
      double x = UNIT * mean(values(own, functions.get(f), tasks.get(0)));
      double y = UNIT * mean(values(own, functions.get(f), second));
      XYSeries series = chart.addSeries(functions.get(f), new double[] {x}, new double[] {y});
      series.setMarkerColor(Colours.of(f));
      series.setMarker(Charts.marker(f));
    }
    return chart::paint;
  }

  private static double[] values(List<Gain> own, String function, String task) {
    return own.stream()
        .filter(g -> function(g).equals(function) && g.task().equals(task))
        .mapToDouble(Gain::aucGain)
        .toArray();
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  private String found() {
    List<String> lines = new ArrayList<>();
    for (String data : distinct(gains.stream().map(Gain::data).toList())) {
      List<Gain> own = gains.stream().filter(g -> g.data().equals(data)).toList();
      String best = "";
      double most = Double.NEGATIVE_INFINITY;
      int better = 0;
      List<String> models = distinct(own.stream().map(Gain::model).toList());
      for (String model : models) {
        double mean =
            mean(
                own.stream()
                    .filter(g -> g.model().equals(model))
                    .mapToDouble(Gain::aucGain)
                    .toArray());
        better += mean > 0 ? 1 : 0;
        if (mean > most) {
          most = mean;
          best = model;
        }
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %d of %d models gain on the mean over the tasks, most %s with %s·1e-4",
              data,
              better,
              models.size(),
              best,
              Decimals.signed(UNIT * most, 1)));
    }
    return String.join("; ", lines)
        + ". Whether a difference is more than chance is the paired test's to say (tandem experiment table).";
  }
}
