package dev.tandem.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one run gained on one task over the baseline's run with the same data and seed, on the test
 * part.
 *
 * @param data name of the data set
 * @param model name of the model
 * @param task the task
 * @param seed seed of both runs
 * @param auc of the model
 * @param logloss of the model
 * @param aucGain auc minus that of the baseline
 * @param loglossGain log loss of the baseline minus that of the model: above 0 is better
 */
public record Gain(
    String data,
    String model,
    String task,
    long seed,
    double auc,
    double logloss,
    double aucGain,
    double loglossGain) {

  /**
   * The gains of all finished runs whose baseline is finished too, in the order of the table.
   *
   * @param results directory of an experiment's results
   * @throws dev.tandem.feature.DataException when it holds none
   */
  public static List<Gain> of(Path results) {
    Plan plan = Plan.read(results);
    List<RunRecord> records = RunLog.read(results.resolve("runs.jsonl")).records();
    List<Gain> gains = new ArrayList<>();
    for (String data : plan.data()) {
      Results found = new Results(plan, records, data);
      for (String model : found.models()) {
        for (RunRecord run : found.runs(model)) {
          found.runs(plan.baseline()).stream()
              .filter(base -> base.key().seed() == run.key().seed())
              .findFirst()
              .ifPresent(base -> add(gains, run, base));
        }
      }
    }
    return gains;
  }

  /** The model that gains are counted from. */
  public static String baseline(Path results) {
    return Plan.read(results).baseline();
  }

  private static void add(List<Gain> gains, RunRecord run, RunRecord base) {
    run.test()
        .forEach(
            (task, own) -> {
              Map<String, Double> other = base.test().getOrDefault(task, Map.of());
              Optional<Double> auc = Optional.ofNullable(own.get("auc"));
              Optional<Double> baseAuc = Optional.ofNullable(other.get("auc"));
              Optional<Double> loss = Optional.ofNullable(own.get("logloss"));
              Optional<Double> baseLoss = Optional.ofNullable(other.get("logloss"));
              if (auc.isPresent()
                  && baseAuc.isPresent()
                  && loss.isPresent()
                  && baseLoss.isPresent()) {
                gains.add(
                    new Gain(
                        run.key().data(),
                        run.key().model(),
                        task,
                        run.key().seed(),
                        auc.get(),
                        loss.get(),
                        auc.get() - baseAuc.get(),
                        baseLoss.get() - loss.get()));
              }
            });
  }
}
