package dev.tandem.cli;

import dev.tandem.inspect.Explanation;
import java.io.PrintWriter;
import java.util.Map;

/**
 * What the features of one row add to its predictions.
 *
 * @param data where the row comes from
 * @param values the row's raw values by feature
 * @param explanation the contributions
 */
record ExplanationView(String data, Map<String, String> values, Explanation explanation)
    implements View {

  @Override
  public void print(PrintWriter out) {
    out.printf("Row %,d of %s, counted from 0%n", explanation.row(), data);
    out.printf(
        "Shapley values by sampling: %d orders of the features against reference rows drawn from %,d"
            + " rows, seed %d, %,d scorings%n",
        explanation.samples(),
        explanation.references(),
        explanation.seed(),
        explanation.scorings());
    for (Explanation.ByTask task : explanation.tasks()) {
      out.printf(
          "%n%s: predicted %s; %s %s = %s on average + what the features add%n",
          task.task(),
          View.decimal(task.prediction()),
          task.unit(),
          View.signed(task.value()),
          View.signed(task.base()));
      TextTable table = new TextTable("feature", "value", "adds", "standard error");
      for (Explanation.Contribution c : task.features()) {
        table.row(
            c.feature(),
            values.getOrDefault(c.feature(), ""),
            View.signed(c.adds()),
            View.decimal(c.error()));
      }
      table.print(out);
    }
  }
}
