package dev.tandem.cli;

import dev.tandem.metric.Decimals;
import dev.tandem.metric.Evaluation;
import dev.tandem.metric.Interval;
import dev.tandem.metric.TaskMetrics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints evaluations for people: one row per task, one column per metric. */
final class Evaluations {
  private Evaluations() {}

  static void print(String title, Evaluation evaluation, PrintWriter out) {
    out.printf("%s: %,d rows%n", title, evaluation.rows());
    Set<String> names = new LinkedHashSet<>();
    evaluation.tasks().values().forEach(task -> names.addAll(task.values().keySet()));
    List<String> header = new ArrayList<>(List.of("task", "rows"));
    header.addAll(names);
    TextTable table = new TextTable(header.toArray(String[]::new));
    evaluation
        .tasks()
        .forEach(
            (name, task) -> {
              List<String> cells = new ArrayList<>(List.of(name, count(task.n())));
              names.forEach(n -> cells.add(task.values().containsKey(n) ? cell(task, n) : ""));
              table.row(cells);
            });
    table.print(out);
  }

  private static String cell(TaskMetrics task, String metric) {
    double value = task.value(metric);
    if (!Double.isFinite(value)) {
      return "undefined";
    }
    Interval interval = task.intervals().get(metric);
    String text = Decimals.of(value, 5);
    return interval == null
        ? text
        : "%s [%s, %s]"
            .formatted(text, Decimals.of(interval.low(), 4), Decimals.of(interval.high(), 4));
  }

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
