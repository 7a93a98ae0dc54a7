package dev.tandem.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finished runs with known metrics. */
final class Runs {
  private Runs() {}

  static RunRecord.Key key(String model, long seed) {
    return new RunRecord.Key("shop", model, seed, model + seed, "data");
  }

  static RunRecord run(String model, long seed, double auc, double logloss) {
    return run(model, seed, Map.of("buy", Map.of("n", 10.0, "auc", auc, "logloss", logloss)));
  }

  static RunRecord run(String model, long seed, Map<String, Map<String, Double>> test) {
    return new RunRecord(
        key(model, seed),
        new RunRecord.Cost(100, 2000, 300, 40, 5, 6000, 7L << 20),
        Map.of("buy", Map.of("auc", 0.79)),
        test,
        Map.of(),
        "scores/" + model + seed,
        "test");
  }

  static Plan plan(List<String> models, int seeds) {
    List<RunRecord.Key> keys = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      for (String model : models) {
        keys.add(key(model, seed));
      }
    }
    return new Plan(
        "test",
        models,
        models.get(0),
        Optional.of(models.get(0)),
        List.of("auc", "logloss"),
        0.05,
        0,
        keys);
  }
}
