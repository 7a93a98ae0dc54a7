package dev.tandem.calibration;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.metric.Binning;
import dev.tandem.metric.Ece;
import dev.tandem.metric.LogLoss;
import dev.tandem.metric.Pcoc;
import dev.tandem.metric.Rows;
import dev.tandem.schema.Default;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model's probabilities are corrected: the archive's part {@code calibration.json}.
 *
 * @param tasks task → its calibration; tasks that are not named give out what the network says
 * @param products product of the head, such as {@code ctcvr} → what it follows
 */
public record Calibration(Map<String, Fitted> tasks, @Default("{}") Map<String, Joint> products) {
  /** Nothing is corrected. */
  public static final Calibration NONE = new Calibration(Map.of(), Map.of());

  public Calibration {
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
    products = Collections.unmodifiableMap(new LinkedHashMap<>(products));
  }

  /**
   * The calibration of one task.
   *
   * @param calibrator the map
   * @param before how the network's probabilities do on the validation part, if there is one
   * @param after how the calibrated ones do
   */
  public record Fitted(Calibrator calibrator, Optional<Quality> before, Optional<Quality> after) {}

  /**
   * The calibration of a product: it has no map of its own, but changes by the factor by which each
   * of its tasks does. The product of probabilities so becomes that of the calibrated ones.
   *
   * @param of calibrated tasks whose probability is a factor of it
   * @param before how the network's product does on the validation part, if there is one
   * @param after how the product of calibrated probabilities does
   */
  public record Joint(List<String> of, Optional<Quality> before, Optional<Quality> after) {
    public Joint {
      of = List.copyOf(of);
    }
  }

  /**
   * How well probabilities mean what they say.
   *
   * @param rows number of judged rows
   * @param pcoc mean probability over the share of positives; empty without positives
   * @param ece expected calibration error over bins of equal mass
   * @param logLoss mean negative log likelihood
   */
  public record Quality(long rows, Optional<Double> pcoc, double ece, double logLoss) {
    /** Of judged rows, of which there is at least one. */
    public static Quality of(Rows rows, int bins) {
      double pcoc = Pcoc.of(rows);
      return new Quality(
          rows.count(),
          Double.isFinite(pcoc) ? Optional.of(pcoc) : Optional.empty(),
          new Ece(bins, Binning.EQUAL_MASS).of(rows),
          new LogLoss().of(rows));
    }
  }

  /** The map of a task, if it has one. */
  public Optional<Calibrator> of(String task) {
    return Optional.ofNullable(tasks.get(task)).map(Fitted::calibrator);
  }

  /**
   * Calibrates what a network predicts in place.
   *
   * @param names of the predictions: tasks and products
   * @param predictions as the network gives them, in the order of the names
   * @param count how many rows
   */
  public void apply(List<String> names, float[][] predictions, int count) {
    products.forEach(
        (product, joint) -> {
          float[] joined = predictions[names.indexOf(product)];
          double[] factors = new double[count];
          Arrays.fill(factors, 1);
          for (String task : joint.of()) {
            float[] own = predictions[names.indexOf(task)];
            Calibrator calibrator = of(task).orElseThrow();
            for (int i = 0; i < count; i++) {
              factors[i] *= own[i] > 0 ? calibrator.apply(own[i]) / own[i] : 1; // 0 stays 0
            }
          }
          for (int i = 0; i < count; i++) {
            joined[i] = (float) (joined[i] * factors[i]);
          }
        });
    tasks.forEach(
        (task, fitted) -> {
          float[] own = predictions[names.indexOf(task)];
          for (int i = 0; i < count; i++) {
            own[i] = (float) fitted.calibrator().apply(own[i]);
          }
        });
  }

  /** The text of the archive's part. */
  public String text() {
    return Canonical.json(this, Catalog.empty());
  }

  /**
   * Reads the archive's part.
   *
   * @param source what to call it in messages
   * @throws dev.tandem.config.ConfigException naming everything that does not fit
   */
  public static Calibration read(String text, String source) {
    return Canonical.read(text, source, Calibration.class, Catalog.empty());
  }
}
