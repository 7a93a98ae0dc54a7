package dev.tandem.inspect;

import dev.tandem.feature.DataException;
import dev.tandem.feature.Moments;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.train.BlockSource;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Contributions of the features to one row's predictions, by sampling.
 *
 * <p>A sample is an order of the features and a reference row. Starting from the reference row, the
 * features take the row's own values one after the other; what the prediction gains at a feature's
 * turn is its contribution. Every order is used forwards and backwards with the same reference, so
 * that much of the chance cancels. Cost: samples · (features + 1) scorings.
 *
 * @param samples orders, rounded up to an even number of at least 4
 * @param references rows to draw references from at most; the first ones, whole blocks
 * @param seed of the draws
 */
public record Shapley(int samples, int references, long seed) {
  private static final int BLOCK = 4096;
  private static final int MOST = Integer.MAX_VALUE - 8; // the longest array
  private static final double LEAST = 1e-7; // probabilities in single precision end there

  public Shapley {
    samples = Math.max(4, samples + (samples & 1));
  }

  /** The orders and references of all samples. */
  private static final class Plan {
    final int[][] turns; // [samples][features]
    final int[] reference; // [samples]

    Plan(int samples, int features) {
      turns = new int[samples][features];
      reference = new int[samples];
    }
  }

  /**
   * Explains one row.
   *
   * @param source the rows, encoded; also where references come from
   * @param row number of the row, from 0
   * @throws DataException when there is no such row, or the scorings are too many
   */
  public Explanation of(StoredModel model, BlockSource source, int row) {
    RowPool pool = RowPool.read(model, source, Math.max(references, row + 1));
    if (row >= pool.rows()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "there is no row %,d: the data have %,d rows, counted from 0",
              row,
              pool.rows()));
    }
    int features = pool.features().size();
    int steps = features + 1;
    long scorings = (long) samples * steps + 1;
    List<Task> tasks = model.model().blueprint().predicted();
    int widest = tasks.stream().mapToInt(Task::outputs).max().orElse(1);
    if (scorings * widest > MOST) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%,d samples of %,d features take %,d scorings, more than the %,d that can be held; take fewer samples",
              samples,
              features,
              scorings,
              MOST / widest));
    }
    Plan plan = plan(pool.rows(), features);
    float[][] predictions = new float[tasks.size()][];
    for (int k = 0; k < predictions.length; k++) {
      predictions[k] = new float[Math.toIntExact(scorings) * tasks.get(k).outputs()];
    }
    // The last row is the explained one itself; before it, sample by sample, the steps towards it.
    BlockSource mixed =
        pool.mixed(
            scorings,
            BLOCK,
            (at, feature) ->
                at == scorings - 1 || plan.turns[at / steps][feature] < at % steps
                    ? row
                    : plan.reference[at / steps]);
    int[] done = {0};
    model
        .model()
        .predict(
            mixed,
            (block, scores) -> {
              for (int k = 0; k < predictions.length; k++) {
                int width = tasks.get(k).outputs();
                System.arraycopy(
                    scores[k], 0, predictions[k], done[0] * width, block.rows() * width);
              }
              done[0] += block.rows();
            });
    List<Explanation.ByTask> byTask = new ArrayList<>();
    for (int k = 0; k < predictions.length; k++) {
      byTask.add(task(model, tasks.get(k), predictions[k], plan, pool.features()));
    }
    return new Explanation(row, samples, pool.rows(), seed, scorings, byTask);
  }

  /** Of every sample, the turn of each feature; a pair shares reference and order. */
  private Plan plan(int rows, int features) {
    SplittableRandom random = new SplittableRandom(seed);
    Plan plan = new Plan(samples, features);
    for (int s = 0; s < samples; s += 2) {
      plan.reference[s] = random.nextInt(rows);
      plan.reference[s + 1] = plan.reference[s];
      int[] order = plan.turns[s];
      for (int f = 0; f < features; f++) {
        int at = random.nextInt(f + 1);
        order[f] = order[at];
        order[at] = f;
      }
      for (int f = 0; f < features; f++) {
        plan.turns[s + 1][f] = features - 1 - order[f];
      }
    }
    return plan;
  }

  private Explanation.ByTask task(
      StoredModel model, Task task, float[] predictions, Plan plan, List<String> names) {
    int width = task.outputs();
    int steps = names.size() + 1;
    int last = samples * steps;
    int best = 0;
    for (int c = 1; c < width; c++) {
      best = predictions[last * width + c] > predictions[last * width + best] ? c : best;
    }
    Moments moments = model.model().blueprint().moments(task);
    boolean regression = task.kind() == TaskKind.REGRESSION;
    double[] values = new double[last + 1];
    for (int i = 0; i <= last; i++) {
      double p = predictions[i * width + best];
      values[i] = regression ? moments.restore((float) p) : logit(p);
    }
    double base = 0;
    for (int s = 0; s < samples; s++) {
      base += values[s * steps] / samples;
    }
    List<Explanation.Contribution> features = new ArrayList<>();
    for (int f = 0; f < names.size(); f++) {
      features.add(contribution(names.get(f), f, values, plan, steps));
    }
    features.sort(Comparator.comparingDouble(c -> -Math.abs(c.adds())));
    double predicted = predictions[last * width + best];
    return new Explanation.ByTask(
        task.kind() == TaskKind.MULTICLASS
            ? task.name() + " = " + model.preprocessor().classes(task.name()).get(best)
            : task.name(),
        regression ? "value" : "logit",
        regression ? values[last] : predicted,
        values[last],
        base,
        features);
  }

  private Explanation.Contribution contribution(
      String name, int feature, double[] values, Plan plan, int steps) {
    int pairs = samples / 2;
    double mean = 0;
    double squares = 0;
    for (int p = 0; p < pairs; p++) {
      double gain =
          (gain(2 * p, feature, values, plan, steps)
                  + gain(2 * p + 1, feature, values, plan, steps))
              / 2;
      double before = gain - mean;
      mean += before / (p + 1);
      squares += before * (gain - mean);
    }
    return new Explanation.Contribution(name, mean, Math.sqrt(squares / (pairs - 1) / pairs));
  }

  private static double gain(int sample, int feature, double[] values, Plan plan, int steps) {
    int turn = sample * steps + plan.turns[sample][feature];
    return values[turn + 1] - values[turn];
  }

  private static double logit(double p) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, p));
    return Math.log(inside / (1 - inside));
  }
}
