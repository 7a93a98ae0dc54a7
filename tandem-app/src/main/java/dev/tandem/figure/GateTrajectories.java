package dev.tandem.figure;

import dev.tandem.archive.Archive;
import dev.tandem.archive.Part;
import dev.tandem.feature.DataException;
import dev.tandem.feature.LabelState;
import dev.tandem.ingest.RawRows;
import dev.tandem.loss.LabelSimilarity;
import dev.tandem.model.Dephn;
import dev.tandem.model.Mapping;
import dev.tandem.model.VirtualGradient;
import dev.tandem.report.Curve;
import dev.tandem.schema.Task;
import dev.tandem.train.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.XYChart;

/**
 * What the trained gates of a DEPHN did: their values epoch by epoch, the coefficients that follow
 * from them, the similarity of the labels over the given rows, and every gate's place on the map of
 * the model's coefficient function, whose resting line is x + y = 1.
 */
public final class GateTrajectories {
  private static final Pattern GATE = Pattern.compile("(?:.*\\.)?G\\.(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final int BINS = 10;

  /** A gate's values over the epochs. */
  private record Gate(int task, int expert, int mapping, List<Curve.Point> points) {
    boolean sameFlow(Gate other) {
      return expert == other.expert && mapping == other.mapping;
    }
  }

  private GateTrajectories() {}

  /**
   * The figure of a trained DEPHN whose gate is tvg.
   *
   * @param source rows with labels, best those of training
   * @throws DataException when the archive holds no values of gates
   */
  public static Figure figure(StoredModel model, RowSource source) {
    List<Gate> gates = gates(model.path());
    List<Task> tasks = model.preprocessor().tasks();
    Dephn body = (Dephn) model.model().blueprint().model().body();
    double[] phi = similarity(model, body, source);
    VirtualGradient function = body.function().orElse(VirtualGradient.H);
    List<double[]> places = new ArrayList<>();
    for (Gate gate : gates) {
      for (Gate other : gates) {
        double x = phi[gate.task() * tasks.size() + other.task()];
        if (gate.task() < other.task() && gate.sameFlow(other) && x >= 0) {
          for (int e = 0; e < gate.points().size(); e++) {
            double apart = gate.points().get(e).value() - other.points().get(e).value();
            places.add(new double[] {x, Math.min(1, Math.abs(apart))});
          }
        }
      }
    }
    double[] gammas =
        CoefficientMaps.gamma(
            function,
            places.stream().mapToDouble(p -> p[0]).toArray(),
            places.stream().mapToDouble(p -> p[1]).toArray());
    List<Panel> panels = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      panels.add(trajectories(tasks.get(t).name(), t, gates, body.maps()));
    }
    panels.add(histogram(gammas));
    panels.add(similarities(tasks, phi));
    panels.add(
        CoefficientMaps.map(
            "function (%s): every gate and epoch"
                .formatted(function.name().toLowerCase(Locale.ROOT)),
            CoefficientMaps.grid(function),
            places));
    return new Figure(
        "gates",
        "Gates of the virtual gradient",
        "Whether gates of tasks with similar labels stay together and others move apart; whether the points draw near the"
            + " resting line x + y = 1 as training goes on; how far the coefficients spread around 1.",
        found(tasks, phi, gammas),
        Map.of("model", model.path().toString(), "similarity", body.correlation().name()),
        List.of("task", "expert", "mapping", "epoch", "value"),
        rows(tasks, gates),
        new Picture(panels, 2, 540, 380));
  }

  private static List<Gate> gates(Path archive) {
    List<Gate> gates = new ArrayList<>();
    try (Archive opened = Archive.open(archive)) {
      for (Curve curve : Curve.parse(opened.text(Part.CURVES))) {
        Matcher m = GATE.matcher(curve.metric());
        if (curve.part().equals("gate") && m.matches()) {
          gates.add(
              new Gate(
                  Integer.parseInt(m.group(1)),
                  Integer.parseInt(m.group(2)),
                  Integer.parseInt(m.group(3)),
                  curve.points()));
        }
      }
    }
    if (gates.isEmpty()) {
      throw new DataException(
          archive
              + ": its training kept no values of gates; this figure shows a model whose body is dephn with gate tvg, trained by"
              + " this version or a newer one");
    }
    return gates;
  }

  private static double[] similarity(StoredModel model, Dephn body, RowSource source) {
    int tasks = model.preprocessor().tasks().size();
    List<float[]> labels = new ArrayList<>();
    List<float[]> observed = new ArrayList<>();
    int count = 0;
    try (RawRows rows = source.open(model, true)) {
      int[] read = {0};
      model
          .model()
          .predict(
              rows::next,
              (block, predictions) -> {
                int n = block.rows() * tasks;
                labels.add(Arrays.copyOf(block.labels(), n));
                float[] seen = new float[n];
                for (int i = 0; i < n; i++) {
                  seen[i] = block.states()[i] == LabelState.OBSERVED.code() ? 1 : 0;
                }
                observed.add(seen);
                read[0] += block.rows();
              });
      count = read[0];
    }
    return new LabelSimilarity(body.correlation(), LabelSimilarity.Scope.BATCH, tasks)
        .next(joined(labels), joined(observed), count);
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static Panel trajectories(String name, int task, List<Gate> gates, List<Mapping> maps) {
    XYChart chart = Charts.lines("gates of " + name + " by expert and mapping", "epoch", "G");
    Charts.namesBeside(chart);
    for (Gate gate : gates) {
      if (gate.task() == task) {
        Charts.line(
            chart,
            "expert " + gate.expert() + ", " + maps.get(gate.mapping()).name(),
            gate.points().stream().mapToDouble(Curve.Point::epoch).toArray(),
            gate.points().stream().mapToDouble(Curve.Point::value).toArray(),
            gate.expert(),
            Charts.Stroke.of(gate.mapping()));
      }
    }
    return chart::paint;
  }

  private static Panel histogram(double[] gammas) {
    var chart =
        Charts.bars("coefficients of all gates and epochs", "coefficient γ of a pair", "share, %");
    List<String> bins = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    double width = 2.0 / BINS;
    for (int b = 0; b < BINS; b++) {
      double from = b * width;
      double to = b == BINS - 1 ? Double.POSITIVE_INFINITY : from + width;
      bins.add(String.format(Locale.ROOT, "%.1f", from));
      long inside = Arrays.stream(gammas).filter(g -> g >= from && g < to).count();
      shares.add(gammas.length == 0 ? 0 : 100.0 * inside / gammas.length);
    }
    chart.getStyler().setLegendVisible(false);
    Charts.bar(chart, "share", bins, shares, List.of(), 0);
    return chart::paint;
  }

  private static Panel similarities(List<Task> tasks, double[] phi) {
    int n = tasks.size();
    double[][] grid = new double[n][n];
    for (int t = 0; t < n; t++) {
      for (int j = 0; j < n; j++) {
        grid[t][j] = t == j ? 1 : Math.max(0, phi[t * n + j]);
      }
    }
    List<String> names = tasks.stream().map(Task::name).toList();
    return new HeatMap(
        "similarity of the labels",
        HeatMap.Axis.cells("", names, 8),
        HeatMap.Axis.cells("", names, 20),
        grid,
        0,
        1,
        List.of(),
        List.of());
  }

  private static List<List<Object>> rows(List<Task> tasks, List<Gate> gates) {
    List<List<Object>> rows = new ArrayList<>();
    for (Gate gate : gates) {
      for (Curve.Point point : gate.points()) {
        rows.add(
            List.of(
                tasks.get(gate.task()).name(),
                gate.expert(),
                gate.mapping(),
                point.epoch(),
                point.value()));
      }
    }
    return rows;
  }

  private static String found(List<Task> tasks, double[] phi, double[] gammas) {
    List<String> parts = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      for (int j = t + 1; j < tasks.size(); j++) {
        double x = phi[t * tasks.size() + j];
        parts.add(
            x < 0
                ? "similarity of %s and %s undefined"
                    .formatted(tasks.get(t).name(), tasks.get(j).name())
                : String.format(
                    Locale.ROOT,
                    "similarity of %s and %s %.3f",
                    tasks.get(t).name(),
                    tasks.get(j).name(),
                    x));
      }
    }
    double[] sorted = gammas.clone();
    Arrays.sort(sorted);
    if (sorted.length > 0) {
      parts.add(
          String.format(
              Locale.ROOT,
              "coefficients from %.2f to %.2f, mean %.2f",
              sorted[0],
              sorted[sorted.length - 1],
              Arrays.stream(sorted).average().orElse(0)));
    }
    return String.join("; ", parts) + ".";
  }
}
