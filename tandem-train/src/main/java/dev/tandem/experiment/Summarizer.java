package dev.tandem.experiment;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.metric.Auc;
import dev.tandem.metric.Better;
import dev.tandem.metric.Bootstrap;
import dev.tandem.metric.Decimals;
import dev.tandem.metric.Gain;
import dev.tandem.metric.Holm;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Turns finished runs into tables: means, paired tests, gains, cost. */
public final class Summarizer {
  private static final long SEED = 1;

  private final Plan plan;
  private final Optional<Path> results;

  private Summarizer(Plan plan, Optional<Path> results) {
    this.plan = plan;
    this.results = results;
  }

  /**
   * Summarises a directory of results and writes {@code summary.md} and {@code summary.html} into
   * it.
   *
   * @throws dev.tandem.feature.DataException when it holds none
   */
  public static Summary write(Path directory) {
    Plan plan = Plan.read(directory);
    List<RunRecord> records = RunLog.read(directory.resolve("runs.jsonl")).records();
    Summary summary = new Summarizer(plan, Optional.of(directory)).summary(records);
    try {
      AtomicFiles.write(directory.resolve("summary.md"), summary.markdown());
      AtomicFiles.write(directory.resolve("summary.html"), summary.html());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return summary;
  }

  /** The tables of some runs, without the bootstrap, which needs the files of their scores. */
  static Summary of(Plan plan, Collection<RunRecord> records) {
    return new Summarizer(plan, Optional.empty()).summary(records);
  }

  private Summary summary(Collection<RunRecord> records) {
    List<Table> tables = new ArrayList<>();
    for (String data : plan.data()) {
      Results found = new Results(plan, records, data);
      if (found.models().isEmpty()) {
        tables.add(nothing(data));
        continue;
      }
      tables.add(means(data, found));
      for (String metric : plan.metrics()) {
        tests(data, found, metric).ifPresent(tables::add);
      }
      bootstrap(data, found).ifPresent(tables::add);
      gains(data, found).ifPresent(tables::add);
      tables.add(cost(data, found));
    }
    return new Summary(plan.name(), tables);
  }

  private Table nothing(String data) {
    String note = "None of its %d runs is finished.".formatted(planned(data));
    return new Table(data, List.of(), List.of(), List.of(note));
  }

  private long planned(String data) {
    return plan.runs().stream().filter(k -> k.data().equals(data)).count();
  }

  private Table means(String data, Results found) {
    List<String[]> columns = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("model", "seeds"));
    for (String task : found.tasks()) {
      for (String metric : plan.metrics()) {
        if (found.has(task, metric)) {
          columns.add(new String[] {task, metric});
          header.add(task + " " + metric);
        }
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (String model : found.models()) {
      List<String> row = new ArrayList<>(List.of(model, "" + found.runs(model).size()));
      for (String[] c : columns) {
        Sample s = found.sample(model, c[0], c[1]);
        row.add(s.count() == 0 ? "–" : four(s.mean()) + spread(s));
      }
      rows.add(row);
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "Test part; mean ± sample standard deviation over the seeds. The state of each run was chosen"
            + " on the validation part alone.");
    long planned = planned(data);
    long made = found.models().stream().mapToLong(m -> found.runs(m).size()).sum();
    if (made < planned) {
      notes.add(made + " of " + planned + " runs are finished.");
    }
    found.products().forEach((name, of) -> notes.add(product(found, name, of)));
    columns.forEach(c -> notes.add(winner(found, c[0], c[1])));
    if (found.models().size() > 1) {
      notes.add(
          "A model wins where the paired tests tell it from every other after Holm's correction over"
              + " all models and tasks of the metric, the table against "
              + plan.baseline()
              + " among them.");
    }
    return new Table(data + ": metrics", header, rows, notes);
  }

  private static String product(Results found, String name, List<String> of) {
    double rows =
        found.models().stream()
            .map(model -> found.sample(model, name, "n"))
            .filter(sample -> sample.count() > 0)
            .mapToDouble(Sample::mean)
            .findFirst()
            .orElse(0);
    return name
        + ": that "
        + String.join(" and ", of)
        + " happen, judged on the "
        + whole(rows)
        + " test rows where it is known.";
  }

  private static String spread(Sample s) {
    return s.count() < 2 ? "" : " ± " + four(s.deviation());
  }

  /**
   * Who leads, and whether the paired tests tell it from every other model. They are corrected over
   * all models and tasks, like the table against the baseline, which a winner never contradicts.
   */
  private String winner(Results found, String task, String metric) {
    Better better = Metrics.all().get(metric).better();
    String lead = "";
    double best = Double.NaN;
    for (String model : found.models()) {
      double mean = found.sample(model, task, metric).mean();
      if (better.improves(mean, best)) {
        best = mean;
        lead = model;
      }
    }
    String leader = lead;
    List<Comparison> tests = against(leader, found, task, metric);
    Set<String> unclear =
        tests.stream()
            .filter(c -> !c.verdict(plan.alpha()).equals("worse"))
            .map(Comparison::model)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    against(plan.baseline(), found, task, metric).stream()
        .filter(c -> c.model().equals(leader) && !c.verdict(plan.alpha()).equals("better"))
        .forEach(c -> unclear.add(plan.baseline()));
    String where = task + " " + metric + ": ";
    if (tests.size() < found.models().size() - 1) {
      return where + leader + " has the best mean; too few common seeds for a test.";
    } else if (tests.isEmpty()) {
      return where + "one model, nothing to compare.";
    } else if (unclear.isEmpty()) {
      return where + leader + " wins: better than every other by the paired test.";
    }
    return where
        + "no winner; "
        + leader
        + " has the best mean, which the paired test does not tell from "
        + String.join(", ", unclear)
        + ".";
  }

  /** The comparisons with one model on one task, corrected together with those on the others. */
  private List<Comparison> against(String model, Results found, String task, String metric) {
    return Comparison.against(model, found.models(), found, metric, plan.alpha()).stream()
        .filter(c -> c.task().equals(task))
        .toList();
  }

  private Optional<Table> tests(String data, Results found, String metric) {
    List<Comparison> family =
        Comparison.against(plan.baseline(), found.models(), found, metric, plan.alpha());
    if (family.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    for (Comparison c : family) {
      rows.add(
          List.of(
              c.model(),
              c.task(),
              "" + c.pairs(),
              signed(c.gain()),
              interval(c.interval().low(), c.interval().high()),
              pValue(c.pValue()),
              pValue(c.adjusted()),
              c.verdict(plan.alpha())));
    }
    return Optional.of(
        new Table(
            data + ": " + metric + " against " + plan.baseline() + ", paired by seed",
            List.of("model", "task", "pairs", "gain", percent() + " interval", "p", "Holm p", "is"),
            rows,
            List.of(
                "Two-sided paired t-test by seed; gain is positive where the model is better. Holm's"
                    + " correction covers the whole table; the verdict is at level "
                    + plan.alpha()
                    + ".")));
  }

  private String percent() {
    return String.format(Locale.ROOT, "%.0f %%", 100 * (1 - plan.alpha()));
  }

  /** A model's mean scores of the test rows, and the baseline's. */
  private record Pair(String model, String task, Rows rows, Rows reference) {}

  private Optional<Table> bootstrap(String data, Results found) {
    List<Pair> pairs = plan.bootstrap() < 2 ? List.of() : pairs(found);
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    Bootstrap bootstrap = new Bootstrap(replicates(pairs.size()), 1 - plan.alpha(), SEED);
    List<Bootstrap.Comparison> all =
        pairs.stream().map(p -> bootstrap.compare(new Auc(), p.rows(), p.reference())).toList();
    double[] adjusted = Holm.adjust(all.stream().mapToDouble(c -> c.pValue()).toArray());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Bootstrap.Comparison c = all.get(i);
      boolean clear = adjusted[i] <= plan.alpha();
      rows.add(
          List.of(
              pairs.get(i).model(),
              pairs.get(i).task(),
              signed(c.difference()),
              interval(c.interval().low(), c.interval().high()),
              pValue(c.pValue()),
              pValue(adjusted[i]),
              clear ? (c.difference() > 0 ? "better" : "worse") : "–"));
    }
    boolean grouped = pairs.stream().anyMatch(p -> p.reference().isGrouped());
    return Optional.of(
        new Table(
            data + ": AUC against " + plan.baseline() + ", bootstrap of the test rows",
            List.of("model", "task", "difference", percent() + " interval", "p", "Holm p", "is"),
            rows,
            List.of(
                "AUC of each row's mean score over the seeds, so differences are those of ensembles; "
                    + bootstrap.resamples()
                    + " paired replicates, resampling "
                    + (grouped ? "whole groups" : "rows")
                    + ". It covers the chance in the test rows, the paired t-test that in the"
                    + " training.")));
  }

  /**
   * The smallest p of R replicates is 2 / (R + 1). With fewer than these no difference, however
   * clear, could pass Holm's correction for so many tests.
   */
  private int replicates(int tests) {
    return Math.max(plan.bootstrap(), (int) Math.ceil(4 * tests / plan.alpha()));
  }

  /** By task, then model; tasks without an AUC and runs whose scores are gone are left out. */
  private List<Pair> pairs(Results found) {
    List<RunRecord> base = found.runs(plan.baseline());
    List<Pair> pairs = new ArrayList<>();
    if (results.isEmpty() || base.isEmpty()) {
      return pairs;
    }
    Path directory = results.get();
    Path truth = ExperimentRun.truth(directory, base.get(0).key());
    for (String task : found.tasks()) {
      if (!found.has(task, "auc") || !Files.exists(truth)) {
        continue;
      }
      Map<String, Rows> means = new LinkedHashMap<>();
      for (String model : found.models()) {
        List<Path> files =
            found.runs(model).stream()
                .filter(r -> r.test().containsKey(task))
                .map(r -> directory.resolve(r.scores()))
                .filter(Files::exists)
                .toList();
        if (!files.isEmpty()) {
          means.put(model, TestScores.mean(truth, files, task));
        }
      }
      Rows reference = means.remove(plan.baseline());
      if (reference != null) {
        means.forEach((model, rows) -> pairs.add(new Pair(model, task, rows, reference)));
      }
    }
    return pairs;
  }

  private Optional<Table> gains(String data, Results found) {
    String single = plan.single().orElse("");
    if (found.runs(single).isEmpty()) {
      return Optional.empty();
    }
    List<String> header = new ArrayList<>(List.of("model"));
    found.tasks().forEach(t -> plan.metrics().forEach(m -> header.add(t + " " + m)));
    header.add("Δm %");
    List<List<String>> rows = new ArrayList<>();
    for (String model : found.models()) {
      if (model.equals(single)) {
        continue;
      }
      List<String> row = new ArrayList<>(List.of(model));
      List<List<Gain.Pair>> tasks = new ArrayList<>();
      for (String task : found.tasks()) {
        List<Gain.Pair> pairs = new ArrayList<>();
        for (String metric : plan.metrics()) {
          double value = found.sample(model, task, metric).mean();
          double base = found.sample(single, task, metric).mean();
          if (Double.isNaN(value) || Double.isNaN(base)) {
            row.add("–");
            continue;
          }
          Gain.Pair pair = new Gain.Pair(Metrics.all().get(metric).better(), value, base);
          pairs.add(pair);
          row.add(signed(Gain.mtlGain(pair)));
        }
        if (!pairs.isEmpty() && !found.products().containsKey(task)) {
          tasks.add(pairs);
        }
      }
      row.add(tasks.isEmpty() ? "–" : Decimals.signed(Gain.deltaM(tasks), 3));
      rows.add(row);
    }
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Table(
                data + ": gain over " + single,
                header,
                rows,
                List.of(
                    "MTL gain: difference of the means from the tasks trained alone, positive where"
                        + " better. Δm: relative gains, averaged over metrics, then tasks, without"
                        + " products such as ctcvr.")));
  }

  private static Table cost(String data, Results found) {
    List<List<String>> rows = new ArrayList<>();
    for (String model : found.models()) {
      List<RunRecord> runs = found.runs(model);
      rows.add(
          List.of(
              model,
              whole(mean(runs, c -> c.parameters())),
              whole(mean(runs, c -> c.tableParameters())),
              whole(mean(runs, c -> c.flopsPerRow())),
              whole(mean(runs, c -> c.steps())),
              String.format(Locale.ROOT, "%.1f", mean(runs, c -> c.trainSeconds())),
              rate(mean(runs, c -> c.examplesPerSecond())),
              memory(mean(runs, c -> c.peakBytes()))));
    }
    return new Table(
        data + ": cost",
        List.of(
            "model",
            "parameters",
            "in tables",
            "FLOPs/row",
            "steps",
            "train s",
            "rows/s",
            "peak MB"),
        rows,
        List.of(
            "Means over the seeds. FLOPs of one prediction; seconds of training with validation; rows/s of"
                + " the steps alone; resident memory of the whole process, with what earlier runs left on"
                + " its heap. Tasks trained alone: sums over the tasks, the largest memory, and the rate"
                + " through all networks. Times depend on whatever else the machine was doing."));
  }

  private static double mean(List<RunRecord> runs, ToDoubleFunction<RunRecord.Cost> part) {
    return runs.stream().map(RunRecord::cost).mapToDouble(part).average().orElse(Double.NaN);
  }

  /** Of trainings too short to be timed there is none. */
  private static String rate(double rowsPerSecond) {
    return rowsPerSecond > 0 ? whole(rowsPerSecond) : "–";
  }

  private static String memory(double bytes) {
    return bytes < 0 ? "–" : whole(bytes / (1 << 20));
  }

  private static String four(double value) {
    return Decimals.of(value, 4);
  }

  private static String signed(double value) {
    return Decimals.signed(value, 5);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String interval(double low, double high) {
    return "[" + signed(low) + ", " + signed(high) + "]";
  }

  private static String pValue(double p) {
    if (Double.isNaN(p)) {
      return "–";
    }
    return p < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
