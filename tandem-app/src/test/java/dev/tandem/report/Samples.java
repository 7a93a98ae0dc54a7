package dev.tandem.report;

import dev.tandem.inspect.GateUse;
import dev.tandem.metric.Interval;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Rows;
import dev.tandem.metric.TaskMetrics;
import dev.tandem.train.Conflict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A made-up run with names that try to break out of the page. */
final class Samples {
  static final String NASTY =
      "like</script><img src=x onerror=\"document.title='broken'\">&amp;\u2028";
  static final List<String> TASKS = List.of("click", "long_view", NASTY);

  private Samples() {}

  /** Rows of a task whose predictions are noisy but calibrated. */
  static Rows rows(int n, double rate, double skill, long seed) {
    Random random = new Random(seed);
    double[] p = new double[n];
    float[] y = new float[n];
    int[] groups = new int[n];
    for (int i = 0; i < n; i++) {
      double logit = Math.log(rate / (1 - rate)) + skill * random.nextGaussian();
      p[i] = 1 / (1 + Math.exp(-logit));
      y[i] = random.nextDouble() < p[i] ? 1 : 0;
      groups[i] = i / 10;
    }
    return Rows.binary(p, y).grouped(groups);
  }

  static ReportData report() {
    List<MetricLine> metrics = new ArrayList<>();
    List<Pictures> pictures = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    List<DataCard.Labels> labels = new ArrayList<>();
    List<GateUse> gates = new ArrayList<>();
    for (int k = 0; k < TASKS.size(); k++) {
      String task = TASKS.get(k);
      Rows rows = rows(6000, 0.3 / (1 + 4 * k), 1.2, 7 + k);
      pictures.addAll(Pictures.of("test", task, rows, Optional.empty()));
      metrics.addAll(MetricLine.parse(stored(task, rows)));
      curves.add(curve("train", task, "logloss", 0.60 - 0.1 * k, -0.02));
      curves.add(curve("validation", task, "logloss", 0.62 - 0.1 * k, -0.017));
      curves.add(curve("validation", task, "auc", 0.70, 0.012));
      labels.add(
          new DataCard.Labels(task, 100000 - 5000 * k, 30000 / (1 + 4 * k), 5000 * k, 1000 * k));
      gates.add(gate(task, k));
    }
    return new ReportData(
        "shop",
        List.of(
            new TaskCard("click", "binary", "is_click", "", 1),
            new TaskCard("long_view", "binary", "play_ms > 30000", "click", 1),
            new TaskCard(NASTY, "binary", "liked = '<b>'", "click", 0.5)),
        new DataCard(
            List.of(
                new DataCard.Part("train", 100000, labels),
                new DataCard.Part("test", 20000, labels)),
            120040,
            40),
        curves,
        metrics,
        pictures,
        List.of(
            Seesaw.of(
                "shop-alone",
                List.of(
                    new Seesaw.Gain("click", "auc", 0.0031, 0.0012, 0.0049, 0.003),
                    new Seesaw.Gain("long_view", "auc", 0.0004, -0.0010, 0.0017, 0.62),
                    new Seesaw.Gain(NASTY, "auc", -0.0042, -0.0075, -0.0009, 0.02)))),
        gates,
        List.of(
            new Relatedness(
                TASKS,
                List.of(
                    List.of(1.0, 0.62, -0.11),
                    List.of(0.62, 1.0, Double.NaN),
                    List.of(-0.11, Double.NaN, 1.0)),
                List.of(
                    List.of(100000L, 95000L, 90000L),
                    List.of(95000L, 95000L, 0L),
                    List.of(90000L, 0L, 90000L)))),
        List.of(conflicts()),
        List.of(
            new ModelCard(
                81234,
                16000000,
                182340,
                List.of(
                    new ModelCard.Block("fields", "input", "[B,416]", 0, 0, List.of()),
                    new ModelCard.Block("expert.0", "block", "[B,64]", 26688, 53312, List.of(0)),
                    new ModelCard.Block("expert.1", "block", "[B,64]", 26688, 53312, List.of(0)),
                    new ModelCard.Block("gate.0", "block", "[B,64]", 834, 2000, List.of(0, 1, 2)),
                    new ModelCard.Block("tower.0", "block", "[B,1]", 2113, 4200, List.of(3)),
                    new ModelCard.Block("prediction.click", "output", "[B,1]", 0, 0, List.of(4))))),
        new Provenance(
            "./tandem train run.yaml --out models/shop",
            1,
            "9f8e7d6c5b4a",
            "0123456789ab",
            "0.1.0",
            "abc1234",
            "model:\n  body: {type: ple}\n# </script>\n",
            List.of(new Provenance.Hash("weights.safetensors", 325000, "f".repeat(64)))));
  }

  private static Conflicts conflicts() {
    List<Conflict> epochs = new ArrayList<>();
    for (int e = 1; e <= 3; e++) {
      double c = 0.6 - 0.2 * e;
      List<Conflict.Block> blocks =
          List.of(
              block("embedding tables", Conflict.Kind.TOTAL, c),
              block("shared layers", Conflict.Kind.TOTAL, c - 0.3),
              block("user", Conflict.Kind.TABLE, c),
              block("level.0.shared.expert.0", Conflict.Kind.LAYERS, c - 0.3));
      epochs.add(new Conflict(e, 100L * e, 8, blocks));
    }
    return Conflicts.of(TASKS, epochs);
  }

  private static Conflict.Block block(String name, Conflict.Kind kind, double c) {
    return new Conflict.Block(
        name,
        kind,
        List.of(List.of(1.0, c, -c), List.of(c, 1.0, Double.NaN), List.of(-c, Double.NaN, 1.0)),
        List.of(
            List.of(0.0, 0.25, 0.75),
            List.of(0.25, 0.0, Double.NaN),
            List.of(0.75, Double.NaN, 0.0)));
  }

  private static Map<String, Object> stored(String task, Rows rows) {
    TaskMetrics measured = Metrics.all().measure(task, rows);
    Map<String, Interval> intervals = new LinkedHashMap<>();
    double auc = measured.value("auc");
    intervals.put("auc", new Interval(auc - 0.01, auc + 0.01, 0.95));
    Map<String, Object> values =
        new TaskMetrics(
                task,
                measured.kind(),
                measured.n(),
                measured.weight(),
                measured.positives(),
                measured.values(),
                intervals)
            .toMap();
    return Map.of(
        "test", Map.of("rows", 6000, "tasks", Map.of(task, values)),
        "validation", Map.of("rows", 6000, "tasks", Map.of(task, values)));
  }

  private static Curve curve(String part, String task, String metric, double from, double slope) {
    List<Curve.Point> points = new ArrayList<>();
    for (int e = 1; e <= 12; e++) {
      points.add(new Curve.Point(e, 100L * e, from + slope * 6 * (1 - Math.exp(-e / 4.0))));
    }
    return new Curve(part, task, metric, points);
  }

  private static GateUse gate(String task, int k) {
    List<GateUse.Expert> experts =
        List.of(
            new GateUse.Expert("own 0", 0.5 - 0.1 * k, 0.1),
            new GateUse.Expert("own 1", 0.495 - 0.1 * k, 0.12),
            new GateUse.Expert("shared 0", 0.005 + 0.2 * k, 0.004 + 0.05 * k));
    return new GateUse("level.0.task." + k + ".gate", task, 6000, experts, 0.7);
  }
}
