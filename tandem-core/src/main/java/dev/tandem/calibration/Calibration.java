package dev.tandem.calibration;

import dev.tandem.config.Canonical;
import dev.tandem.config.Catalog;
import dev.tandem.metric.Binning;
import dev.tandem.metric.Ece;
import dev.tandem.metric.LogLoss;
import dev.tandem.metric.Pcoc;
import dev.tandem.metric.Rows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a model's probabilities are corrected: the archive's part {@code calibration.json}.
 *
 * @param tasks task → its calibration; tasks that are not named give out what the network says
 */
public record Calibration(Map<String, Fitted> tasks) {
  /** Nothing is corrected. */
  public static final Calibration NONE = new Calibration(Map.of());

  public Calibration {
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
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

  /** Calibrates the first {@code count} probabilities of a task in place. */
  public void apply(String task, float[] probabilities, int count) {
    of(task)
        .ifPresent(
            calibrator -> {
              for (int i = 0; i < count; i++) {
                probabilities[i] = (float) calibrator.apply(probabilities[i]);
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
