package dev.tandem.report;

import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.List;

/** Correlations of the tasks' labels, counted over scored rows. */
final class LabelMeter {

  private LabelMeter() {}

  /** Pearson's correlation of every pair of tasks over the rows where both are observed. */
  static Relatedness relatedness(ScoredRows scored) {
    int tasks = scored.declared().size();
    List<List<Double>> correlations = new ArrayList<>();
    List<List<Long>> counts = new ArrayList<>();
    for (int a = 0; a < tasks; a++) {
      List<Double> row = new ArrayList<>();
      List<Long> count = new ArrayList<>();
      for (int b = 0; b < tasks; b++) {
        Pair pair = pair(scored, a, b);
        row.add(pair.correlation());
        count.add(pair.rows());
      }
      correlations.add(row);
      counts.add(count);
    }
    return new Relatedness(
        scored.declared().stream().map(Task::name).toList(), correlations, counts);
  }

  private record Pair(double correlation, long rows) {}

  private static Pair pair(ScoredRows scored, int a, int b) {
    long n = 0;
    double meanA = 0;
    double meanB = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int r = 0; r < scored.rows(); r++) {
      double x = scored.label(a, r);
      double y = scored.label(b, r);
      if (Double.isNaN(x) || Double.isNaN(y)) {
        continue;
      }
      n++;
      double dx = x - meanA;
      double dy = y - meanB;
      meanA += dx / n;
      meanB += dy / n;
      aa += dx * (x - meanA);
      bb += dy * (y - meanB);
      ab += dx * (y - meanB);
    }
    boolean defined = aa > 0 && bb > 0 && isOrdered(scored, a) && isOrdered(scored, b);
    return new Pair(defined ? ab / Math.sqrt(aa * bb) : Double.NaN, n);
  }

  /** Whether larger labels mean more: the numbers of three classes have no order. */
  private static boolean isOrdered(ScoredRows scored, int task) {
    Task of = scored.declared().get(task);
    return of.kind() != TaskKind.MULTICLASS || of.outputs() == 2;
  }
}
