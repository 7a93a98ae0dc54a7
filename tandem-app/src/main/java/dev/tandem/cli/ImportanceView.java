package dev.tandem.cli;

import dev.tandem.inspect.Importance;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What each task loses without each feature. */
record ImportanceView(String data, Importance importance) implements View {

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "Drop of each metric when a feature's values are shuffled over %,d rows of %s%n",
        importance.rows(), data);
    out.printf(
        "(mean of %d shuffles, seed %d; intervals of 95 %% over the shuffles; positive: it helps)%n",
        importance.repeats(), importance.seed());
    for (Importance.ByTask task : importance.tasks()) {
      out.printf("%n%s: %,d rows%s%n", task.task(), task.rows(), before(task));
      if (!task.features().isEmpty()) {
        features(task, out);
      }
    }
  }

  private static String before(Importance.ByTask task) {
    StringBuilder text = new StringBuilder();
    task.features().stream()
        .limit(1)
        .flatMap(f -> f.drops().stream())
        .forEach(
            d -> text.append(", ").append(d.metric()).append(' ').append(View.decimal(d.before())));
    return text.toString();
  }

  private static void features(Importance.ByTask task, PrintWriter out) {
    List<String> header = new ArrayList<>(List.of("feature"));
    task.features()
        .get(0)
        .drops()
        .forEach(d -> header.addAll(List.of(d.metric() + " drop", "from", "to")));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (Importance.ByFeature f : task.features()) {
      List<String> cells = new ArrayList<>(List.of(f.feature()));
      f.drops()
          .forEach(
              d ->
                  cells.addAll(
                      List.of(View.signed(d.drop()), View.signed(d.low()), View.signed(d.high()))));
      table.row(cells);
    }
    table.print(out);
  }
}
