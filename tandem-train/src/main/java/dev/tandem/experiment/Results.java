package dev.tandem.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The finished runs of a plan on one data set. */
final class Results {
  private final Map<String, TreeMap<Long, RunRecord>> byModel = new LinkedHashMap<>();

  /**
   * Those of the records that belong to the plan; of runs made twice the later.
   *
   * @param records in the order in which they finished
   */
  Results(Plan plan, Collection<RunRecord> records, String data) {
    Set<RunRecord.Key> wanted = Set.copyOf(plan.runs());
    plan.models().forEach(model -> byModel.put(model, new TreeMap<>()));
    for (RunRecord record : records) {
      if (record.key().data().equals(data) && wanted.contains(record.key())) {
        byModel
            .getOrDefault(record.key().model(), new TreeMap<>())
            .put(record.key().seed(), record);
      }
    }
    byModel.values().removeIf(Map::isEmpty);
  }

  /** The models with at least one finished run, in the plan's order. */
  List<String> models() {
    return List.copyOf(byModel.keySet());
  }

  /** Finished runs of a model, by rising seed; none when it is not there. */
  List<RunRecord> runs(String model) {
    return List.copyOf(byModel.getOrDefault(model, new TreeMap<>()).values());
  }

  /** The tasks and products that any run judged. */
  List<String> tasks() {
    Set<String> tasks = new LinkedHashSet<>();
    byModel.values().forEach(runs -> runs.values().forEach(r -> tasks.addAll(r.test().keySet())));
    return new ArrayList<>(tasks);
  }

  /** The products among them, each with the tasks that all have to happen. */
  Map<String, List<String>> products() {
    Map<String, List<String>> products = new LinkedHashMap<>();
    byModel.values().forEach(runs -> runs.values().forEach(r -> products.putAll(r.products())));
    return products;
  }

  /** Whether any run measured the metric for the task. */
  boolean has(String task, String metric) {
    return byModel.keySet().stream().anyMatch(m -> sample(m, task, metric).count() > 0);
  }

  Sample sample(String model, String task, String metric) {
    TreeMap<Long, Double> values = new TreeMap<>();
    for (RunRecord run : runs(model)) {
      Map<String, Double> metrics = run.test().getOrDefault(task, Map.of());
      if (metrics.containsKey(metric)) {
        values.put(run.key().seed(), metrics.get(metric));
      }
    }
    return new Sample(values);
  }
}
