package dev.tandem.figure;

import dev.tandem.feature.DataException;
import dev.tandem.ingest.RawRows;
import dev.tandem.schema.Task;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.CategoryChart;

/**
 * DEPHN's figure 3(b): how much of each task's activation comes from public and private experts.
 */
public final class ActivationShares {
  private ActivationShares() {}

  /**
   * The figure of a trained model of the PHN family over rows.
   *
   * @param source the rows
   * @throws DataException when the model has no public and private parts
   */
  public static Figure figure(StoredModel model, RowSource source) {
    List<Task> tasks = model.preprocessor().tasks();
    double[][] sums = new double[tasks.size()][2];
    boolean[] seen = {false};
    try (RawRows rows = source.open(model, false)) {
      model
          .model()
          .probe(
              rows::next,
              name -> name.matches("probe\\.(.*\\.)?(public|private)\\.\\d+"),
              (block, predictions, probes) ->
                  probes.forEach(
                      (name, values) -> {
                        seen[0] = true;
                        int task = Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
                        int part = name.contains("private.") ? 1 : 0;
                        for (int r = 0; r < block.rows(); r++) {
                          sums[task][part] += Math.abs(values[r]);
                        }
                      }));
    }
    if (!seen[0]) {
      throw new DataException(
          model.path()
              + ": its network has no public and private activations; this figure shows a model whose body is dephn (any preset)");
    }
    return figure(model, tasks, sums);
  }

  private static Figure figure(StoredModel model, List<Task> tasks, double[][] sums) {
    List<List<Object>> rows = new ArrayList<>();
    List<Double> pub = new ArrayList<>();
    List<Double> pri = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      double total = sums[t][0] + sums[t][1];
      pub.add(100 * sums[t][0] / total);
      pri.add(100 * sums[t][1] / total);
      rows.add(List.of(tasks.get(t).name(), "public", sums[t][0], sums[t][0] / total));
      rows.add(List.of(tasks.get(t).name(), "private", sums[t][1], sums[t][1] / total));
      found.add(String.format(Locale.ROOT, "%s %.1f %%", tasks.get(t).name(), pub.get(t)));
    }
    boolean dominates = pub.stream().allMatch(share -> share > 50);
    CategoryChart chart = Charts.bars("", "", "share of the summed absolute activation, %");
    chart.getStyler().setStacked(true);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(100.0);
    List<String> names = tasks.stream().map(Task::name).toList();
    Charts.bar(chart, "public experts", names, pub, List.of(), 0);
    Charts.bar(chart, "private experts", names, pri, List.of(), 1);
    return new Figure(
        "fig3b-activation",
        "Figure 3(b): public and private activation before the sigmoid",
        "Which part decides a task's score. In the paper the public part dominates.",
        "Public share: "
            + String.join(", ", found)
            + (dominates
                ? "; the public part dominates in every task."
                : "; the public part does not dominate in every task."),
        Map.of("model", model.path().toString()),
        List.of("task", "part", "sumAbs", "share"),
        rows,
        Picture.of(chart::paint, 640, 400));
  }
}
