package dev.tandem.figure;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * DEPHN's figure 6: training losses step by step of several runs, as {@code tandem train --losses}
 * writes them; moving averages in the picture, the raw numbers in the file.
 */
public final class LossCurves {
  private static final int WINDOW = 100;
  private static final int DRAWN = 600; // points of a drawn line

  private LossCurves() {}

  /**
   * The figure.
   *
   * @param runs files of losses by the name of their run
   * @throws DataException when a file is none
   */
  public static Figure figure(Map<String, Path> runs) {
    List<List<Object>> rows = new ArrayList<>();
    Map<String, Map<String, List<double[]>>> byTask = new LinkedHashMap<>();
    runs.forEach(
        (run, file) ->
            read(file)
                .forEach(
                    (task, points) -> {
                      byTask.computeIfAbsent(task, t -> new LinkedHashMap<>()).put(run, points);
                      points.forEach(p -> rows.add(List.of(run, (long) p[0], task, p[1])));
                    }));
    List<Panel> panels = new ArrayList<>();
    byTask.forEach((task, byRun) -> panels.add(panel(task, byRun)));
    return new Figure(
        "fig6-losses",
        "Figure 6: training loss by gate",
        "Which gate trains more smoothly and which ends lower. The paper: the softmax gate (MG) is smoother and ends higher; with"
            + " trained values (TVG) the tasks' curves move together and late steps still explore.",
        found(byTask),
        Map.of("average over", WINDOW + " steps"),
        List.of("gate", "step", "task", "loss"),
        rows,
        new Picture(panels, 2, 560, 360));
  }

  private static Map<String, List<double[]>> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(
          "there is no file " + file + "; give one that tandem train --losses wrote");
    }
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || !lines.get(0).equals("step,task,loss")) {
        throw new DataException(
            file + " has no header step,task,loss; give a file that tandem train --losses wrote");
      }
      Map<String, List<double[]>> losses = new LinkedHashMap<>();
      for (String line : lines.subList(1, lines.size())) {
        int first = line.indexOf(',');
        int last = line.lastIndexOf(',');
        losses
            .computeIfAbsent(line.substring(first + 1, last), t -> new ArrayList<>())
            .add(
                new double[] {
                  Double.parseDouble(line.substring(0, first)),
                  Double.parseDouble(line.substring(last + 1))
                });
      }
      return losses;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      throw new DataException(file + " cannot be read as losses: " + e.getMessage(), e);
    }
  }

  private static Panel panel(String task, Map<String, List<double[]>> byRun) {
    XYChart chart = Charts.lines(task, "training step", "loss, mean of " + WINDOW + " steps");
    int colour = 0;
    for (Map.Entry<String, List<double[]>> run : byRun.entrySet()) {
      double[] averages = averages(run.getValue());
      int every = Math.max(1, averages.length / DRAWN);
      int n = (averages.length + every - 1) / every;
      double[] x = new double[n];
      double[] y = new double[n];
      for (int p = 0; p < n; p++) {
        x[p] = run.getValue().get(p * every)[0];
        y[p] = averages[p * every];
      }
      Charts.line(chart, run.getKey(), x, y, colour++, Charts.Stroke.SOLID);
    }
    return chart::paint;
  }

  /** The mean of each point and those before it, {@link #WINDOW} at most. */
  static double[] averages(List<double[]> points) {
    double[] averages = new double[points.size()];
    double sum = 0;
    for (int p = 0; p < averages.length; p++) {
      sum += points.get(p)[1] - (p >= WINDOW ? points.get(p - WINDOW)[1] : 0);
      averages[p] = sum / Math.min(p + 1, WINDOW);
    }
    return averages;
  }

  private static String found(Map<String, Map<String, List<double[]>>> byTask) {
    List<String> parts = new ArrayList<>();
    byTask.forEach(
        (task, byRun) ->
            byRun.forEach(
                (run, points) -> {
                  double[] smooth = averages(points);
                  double[] tail = Arrays.copyOfRange(smooth, smooth.length / 2, smooth.length);
                  double moved = 0;
                  for (int p = 1; p < tail.length; p++) {
                    moved += Math.abs(tail[p] - tail[p - 1]) / (tail.length - 1);
                  }
                  parts.add(
                      String.format(
                          Locale.ROOT,
                          "%s, %s: %.4f at the end, mean change per step in the second half %.2e",
                          task,
                          run,
                          smooth[smooth.length - 1],
                          moved));
                }));
    return String.join("; ", parts) + ".";
  }
}
