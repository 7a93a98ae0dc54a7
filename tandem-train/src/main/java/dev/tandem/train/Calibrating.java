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
import dev.tandem.model.Product;
import dev.tandem.schema.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calibrates a trained model as its configuration asks. */
public final class Calibrating {
  private final int bins;
  private final Map<String, Rows> before;
  private final Map<String, Rows> after;

  private Calibrating(int bins, Map<String, Rows> before, Map<String, Rows> after) {
    this.bins = bins;
    this.before = before;
    this.after = after;
  }

  /**
   * The model with the calibrations that its tasks ask for; the model itself if none does.
   *
   * @param validation the rows to fit on
   * @throws DataException when they hold no positive, or no negative, of a task whose map is fitted
   */
  public static TrainedModel of(
      RunConfig config, TrainedModel model, Optional<EncodedData> validation) {
    Map<String, TaskConfig.Calibration> wanted = new LinkedHashMap<>();
    for (Task task : model.blueprint().tasks()) {
      Optional.ofNullable(config.tasks().get(task.name()))
          .flatMap(TaskConfig::calibration)
          .ifPresent(c -> wanted.put(task.name(), c));
    }
    if (wanted.isEmpty()) {
      return model;
    }
    Map<String, Rows> before = validation.map(model::judged).orElseGet(Map::of);
    Map<String, Calibrator> maps = new LinkedHashMap<>();
    wanted.forEach((task, c) -> maps.put(task, fit(task, c, before)));
    int bins = config.evaluation().bins();
    Calibration bare = new Calibrating(bins, Map.of(), Map.of()).of(maps, model.blueprint());
    TrainedModel corrected = model.calibrated(bare, Optional.empty());
    Map<String, Rows> after = validation.map(corrected::judged).orElseGet(Map::of);
    return model.calibrated(
        new Calibrating(bins, before, after).of(maps, model.blueprint()), validation);
  }

  private static Calibrator fit(
      String task, TaskConfig.Calibration config, Map<String, Rows> validation) {
    if (config instanceof TaskConfig.Calibration.NegativeSampling sampling) {
      return new NegativeSampling(sampling.rate());
    }
    Rows known =
        Optional.ofNullable(validation.get(task))
            .filter(r -> r.totalWeight() > 0)
            .orElseThrow(() -> impossible(task, "no row of the validation part has its label"));
    if (known.totalLabel() == 0 || known.totalLabel() == known.totalWeight()) {
      // a map of one class alone would call every row that class
      throw impossible(
          task,
          "the validation part has no %s row"
              .formatted(known.totalLabel() == 0 ? "positive" : "negative"));
    }
    return config instanceof TaskConfig.Calibration.Platt ? Platt.fit(known) : Isotonic.fit(known);
  }

  private static DataException impossible(String task, String why) {
    return new DataException(
        "task %s cannot be calibrated: %s; leave out tasks.%s.calibration or give such rows, and go on with --resume"
            .formatted(task, why, task));
  }

  private Calibration of(Map<String, Calibrator> maps, Blueprint blueprint) {
    Map<String, Calibration.Fitted> tasks = new LinkedHashMap<>();
    maps.forEach(
        (task, map) ->
            tasks.put(
                task, new Calibration.Fitted(map, quality(before, task), quality(after, task))));
    Map<String, Calibration.Joint> products = new LinkedHashMap<>();
    for (Product product : blueprint.products()) {
      String name = product.name();
      List<String> of =
          product.factors().stream().map(Task::name).filter(maps::containsKey).toList();
      if (!of.isEmpty()) {
        products.put(name, new Calibration.Joint(of, quality(before, name), quality(after, name)));
      }
    }
    return new Calibration(tasks, products);
  }

  private Optional<Calibration.Quality> quality(Map<String, Rows> judged, String name) {
    return Optional.ofNullable(judged.get(name))
        .filter(r -> r.totalWeight() > 0)
        .map(r -> Calibration.Quality.of(r, bins));
  }
}
