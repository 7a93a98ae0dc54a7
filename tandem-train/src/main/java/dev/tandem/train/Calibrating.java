package dev.tandem.train;

import dev.tandem.calibration.Calibration;
import dev.tandem.calibration.Calibrator;
import dev.tandem.calibration.Isotonic;
import dev.tandem.calibration.NegativeSampling;
import dev.tandem.calibration.Platt;
import dev.tandem.config.RunConfig;
import dev.tandem.config.TaskConfig;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodedData;
import dev.tandem.metric.Rows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Calibrates a trained model as its configuration asks. */
final class Calibrating {
  private final int bins;
  private final Map<String, Rows> validation;

  private Calibrating(int bins, Map<String, Rows> validation) {
    this.bins = bins;
    this.validation = validation;
  }

  /**
   * The model with the calibrations that its tasks ask for; the model itself if none does.
   *
   * @param validation the rows to fit on
   */
  static TrainedModel of(RunConfig config, TrainedModel model, Optional<EncodedData> validation) {
    Map<String, TaskConfig.Calibration> wanted = new LinkedHashMap<>();
    config.tasks().forEach((name, t) -> t.calibration().ifPresent(c -> wanted.put(name, c)));
    if (wanted.isEmpty()) {
      return model;
    }
    Calibrating calibrating =
        new Calibrating(
            config.evaluation().bins(), validation.map(model::judged).orElseGet(Map::of));
    Map<String, Calibration.Fitted> fitted = new LinkedHashMap<>();
    wanted.forEach((task, c) -> fitted.put(task, calibrating.fit(task, c)));
    return model.calibrated(new Calibration(fitted), validation);
  }

  private Calibration.Fitted fit(String task, TaskConfig.Calibration config) {
    Optional<Rows> rows =
        Optional.ofNullable(validation.get(task)).filter(r -> r.totalWeight() > 0);
    Calibrator calibrator;
    if (config instanceof TaskConfig.Calibration.NegativeSampling sampling) {
      calibrator = new NegativeSampling(sampling.rate());
    } else {
      Rows known =
          rows.orElseThrow(
              () ->
                  new DataException(
                      "task "
                          + task
                          + " cannot be calibrated: no row of the validation part has its label; leave out tasks."
                          + task
                          + ".calibration or give such rows, and go on with --resume"));
      calibrator =
          config instanceof TaskConfig.Calibration.Platt ? Platt.fit(known) : Isotonic.fit(known);
    }
    return new Calibration.Fitted(
        calibrator,
        rows.map(r -> Calibration.Quality.of(r, bins)),
        rows.map(r -> Calibration.Quality.of(calibrated(r, calibrator), bins)));
  }

  private static Rows calibrated(Rows rows, Calibrator calibrator) {
    double[] probabilities = new double[rows.count()];
    float[] labels = new float[rows.count()];
    double[] weights = new double[rows.count()];
    for (int i = 0; i < rows.count(); i++) {
      probabilities[i] = (float) calibrator.apply(rows.score(i));
      labels[i] = rows.label(i);
      weights[i] = rows.weight(i);
    }
    return Rows.binary(probabilities, labels).weighted(weights);
  }
}
