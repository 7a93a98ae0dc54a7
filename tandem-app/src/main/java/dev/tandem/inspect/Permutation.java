package dev.tandem.inspect;

import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.LabelState;
import dev.tandem.feature.Moments;
import dev.tandem.metric.Better;
import dev.tandem.metric.Interval;
import dev.tandem.metric.Metric;
import dev.tandem.metric.Metrics;
import dev.tandem.metric.PairedTTest;
import dev.tandem.metric.Rows;
import dev.tandem.schema.Task;
import dev.tandem.train.BlockSource;
import dev.tandem.train.Blueprint;
import dev.tandem.train.PredictedLabels;
import dev.tandem.train.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Importance of features by permutation.
 *
 * @param repeats shuffles per feature, at least 2
 * @param rows rows to judge at most; the first ones, whole blocks
 * @param seed of the shuffles
 */
public record Permutation(int repeats, int rows, long seed) {
  private static final int BLOCK = 4096;

  private static final List<String> METRICS =
      List.of("auc", "logloss", "macro_auc", "accuracy", "rmse");

  /** The rows of a task, or of a product of the head, whose label is known. */
  private static final class Judged {
    private final Task task;
    private final Moments moments;
    private final int[] rows;
    private final float[] labels;
    private final double[] weights;

    Judged(Task task, int k, PredictedLabels known, Moments moments, RowPool pool) {
      this.task = task;
      this.moments = moments;
      int[] found = new int[pool.rows()];
      float[] label = new float[pool.rows()];
      double[] weight = new double[pool.rows()];
      int n = 0;
      int first = 0;
      for (Batch block : pool.blocks()) {
        for (int r = 0; r < block.rows(); r++) {
          if (known.state(block, r, k) == LabelState.OBSERVED.code()) {
            found[n] = first + r;
            label[n] = (float) moments.restore(known.label(block, r, k));
            weight[n++] = block.weights()[r];
          }
        }
        first += block.rows();
      }
      this.rows = Arrays.copyOf(found, n);
      this.labels = Arrays.copyOf(label, n);
      this.weights = Arrays.copyOf(weight, n);
    }

    /** The judged rows under predictions [pool rows · outputs]. */
    Rows under(float[] predictions) {
      int width = task.outputs();
      double[] scores = new double[rows.length * width];
      for (int i = 0; i < rows.length; i++) {
        for (int c = 0; c < width; c++) {
          scores[i * width + c] = moments.restore(predictions[rows[i] * width + c]);
        }
      }
      Rows judged =
          switch (task.kind()) {
            case BINARY -> Rows.binary(scores, labels);
            case REGRESSION -> Rows.regression(scores, labels);
            case MULTICLASS -> Rows.multiclass(scores, width, labels);
          };
      return judged.weighted(weights);
    }
  }

  /** The metrics of every task under one version of the rows: task → metric → value. */
  private static List<Map<String, Double>> measure(List<Judged> tasks, float[][] predictions) {
    List<Map<String, Double>> measured = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Map<String, Double> values = new LinkedHashMap<>();
      if (tasks.get(k).rows.length > 0) {
        Rows rows = tasks.get(k).under(predictions[k]);
        for (String name : METRICS) {
          Metric metric = Metrics.all().get(name);
          if (metric.appliesTo(rows)) {
            values.put(name, metric.measure(rows).value());
          }
        }
      }
      measured.add(values);
    }
    return measured;
  }

  /**
   * Measures on labelled rows.
   *
   * @param source the rows, encoded
   * @throws DataException when the scorings are too many
   */
  public Importance of(StoredModel model, BlockSource source) {
    RowPool pool = RowPool.read(model, source, rows);
    Blueprint blueprint = model.model().blueprint();
    List<Task> tasks = blueprint.predicted();
    PredictedLabels known = new PredictedLabels(blueprint);
    List<Judged> judged = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      Task task = tasks.get(k);
      judged.add(new Judged(task, k, known, blueprint.moments(task), pool));
    }
    List<List<Map<String, Double>>> versions = versions(model, pool, judged);
    List<Importance.ByTask> byTask = new ArrayList<>();
    for (int k = 0; k < tasks.size(); k++) {
      byTask.add(
          new Importance.ByTask(
              tasks.get(k).name(), judged.get(k).rows.length, features(pool, versions, k)));
    }
    return new Importance(pool.rows(), repeats, seed, byTask);
  }

  /** The rows as they are, then feature by feature {@link #repeats} times shuffled: one pass. */
  private List<List<Map<String, Double>>> versions(
      StoredModel model, RowPool pool, List<Judged> judged) {
    int n = pool.rows();
    if (n == 0) {
      return List.of(measure(judged, new float[judged.size()][0]));
    }
    long wanted = 1 + (long) pool.features().size() * repeats;
    if (n * wanted > Integer.MAX_VALUE) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%,d shuffles of %,d features over %,d rows take %,d scorings, more than %,d; take fewer rows or shuffles",
              repeats,
              pool.features().size(),
              n,
              n * wanted,
              Integer.MAX_VALUE));
    }
    int count = (int) wanted;
    int[] order = new int[n];
    int[] made = {0}; // the version that order belongs to
    BlockSource mixed =
        pool.mixed(
            (long) n * count,
            BLOCK,
            (row, feature) -> {
              int version = row / n;
              if (version > made[0]) {
                shuffle(order, version);
                made[0] = version;
              }
              boolean shuffled = version > 0 && feature == (version - 1) / repeats;
              return shuffled ? order[row % n] : row % n;
            });
    List<List<Map<String, Double>>> versions = new ArrayList<>();
    float[][] predictions = new float[judged.size()][];
    for (int k = 0; k < predictions.length; k++) {
      predictions[k] = new float[n * judged.get(k).task.outputs()];
    }
    model
        .model()
        .predict(
            mixed,
            (block, scores) -> {
              for (int r = 0; r < block.rows(); r++) {
                int row = (int) (block.rowNumbers()[r] % n);
                for (int k = 0; k < predictions.length; k++) {
                  int width = judged.get(k).task.outputs();
                  System.arraycopy(scores[k], r * width, predictions[k], row * width, width);
                }
                if (row == n - 1) {
                  versions.add(measure(judged, predictions));
                }
              }
            });
    return versions;
  }

  private void shuffle(int[] order, int version) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + version);
    for (int i = 0; i < order.length; i++) {
      int at = random.nextInt(i + 1);
      order[i] = order[at];
      order[at] = i;
    }
  }

  private List<Importance.ByFeature> features(
      RowPool pool, List<List<Map<String, Double>>> versions, int k) {
    Map<String, Double> before = versions.get(0).get(k);
    List<Importance.ByFeature> features = new ArrayList<>();
    for (int f = 0; f < pool.features().size(); f++) {
      List<Importance.Drop> drops = new ArrayList<>();
      for (Map.Entry<String, Double> metric : before.entrySet()) {
        double[] as = new double[repeats];
        double[] shuffled = new double[repeats];
        for (int i = 0; i < repeats; i++) {
          as[i] = metric.getValue();
          shuffled[i] =
              versions.get(1 + f * repeats + i).get(k).getOrDefault(metric.getKey(), Double.NaN);
        }
        drops.add(drop(metric.getKey(), as, shuffled));
      }
      features.add(new Importance.ByFeature(pool.features().get(f), drops));
    }
    features.sort(
        Comparator.comparingDouble(b -> b.drops().isEmpty() ? 0 : -b.drops().get(0).drop()));
    return features;
  }

  private static Importance.Drop drop(String metric, double[] as, double[] shuffled) {
    boolean lower = Metrics.all().get(metric).better() == Better.LOWER;
    PairedTTest test = lower ? PairedTTest.of(shuffled, as) : PairedTTest.of(as, shuffled);
    Interval interval = test.interval(0.95);
    return new Importance.Drop(
        metric, as[0], test.meanDifference(), interval.low(), interval.high());
  }
}
