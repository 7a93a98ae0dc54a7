package dev.tandem.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.balance.BalanceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where a training run stands, beside its weights: everything that decides how it goes on. */
final class RunState {
  private static final ObjectMapper JSON = new ObjectMapper();

  long step;
  boolean stoppedEarly;
  long bestStep;
  double bestValue = Double.NaN;
  int epochsWithoutImprovement;
  double lossSum;
  long lossCount;
  final double[] taskLossSums;
  final long[] taskLossCounts;
  final Map<String, Double> measureSums = new TreeMap<>();
  final List<CurvePoint> curves = new ArrayList<>();
  final List<Conflict> conflicts = new ArrayList<>();

  /** Sums that similarities of labels go on from, by graph input. */
  Map<String, double[]> similarity = Map.of();

  /** What the balancing rule has learned; its large arrays are a part of their own. */
  BalanceState balance = BalanceState.empty();

  RunState(int tasks) {
    taskLossSums = new double[tasks];
    taskLossCounts = new long[tasks];
  }

  /** Takes note of a step's losses; a task without labels in the batch has none. */
  void add(TrainingStep.Losses losses, PreparedBatch batch) {
    lossSum += losses.total();
    lossCount++;
    losses.measures().forEach((name, value) -> measureSums.merge(name, value, Double::sum));
    for (int k = 0; k < taskLossSums.length; k++) {
      if (batch.observed(k)) {
        taskLossSums[k] += losses.tasks().get(k);
        taskLossCounts[k]++;
      }
    }
  }

  /** Begins the means of a new epoch. */
  void clearLosses() {
    lossSum = 0;
    lossCount = 0;
    measureSums.clear();
    java.util.Arrays.fill(taskLossSums, 0);
    java.util.Arrays.fill(taskLossCounts, 0);
  }

  String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("step", step).put("stopped_early", stoppedEarly).put("best_step", bestStep);
    node.put("best_value", Double.toString(bestValue));
    node.put("epochs_without_improvement", epochsWithoutImprovement);
    node.put("loss_sum", Double.toString(lossSum)).put("loss_count", lossCount);
    ArrayNode tasks = node.putArray("tasks");
    for (int k = 0; k < taskLossSums.length; k++) {
      tasks
          .addObject()
          .put("loss_sum", Double.toString(taskLossSums[k]))
          .put("loss_count", taskLossCounts[k]);
    }
    ObjectNode measures = node.putObject("measures");
    measureSums.forEach((name, sum) -> measures.put(name, Double.toString(sum)));
    numbers(node.putObject("similarity"), similarity);
    numbers(node.putObject("balance"), balance.doubles());
    ArrayNode points = node.putArray("curves");
    for (CurvePoint p : curves) {
      points
          .addArray()
          .add(p.epoch())
          .add(p.step())
          .add(p.part())
          .add(p.task())
          .add(p.metric())
          .add(Double.toString(p.value()));
    }
    node.set("conflicts", ConflictText.nodes(conflicts));
    return node.toString();
  }

  private static void numbers(ObjectNode into, Map<String, double[]> arrays) {
    arrays.forEach(
        (name, values) -> {
          ArrayNode array = into.putArray(name);
          for (double value : values) {
            array.add(Double.toString(value));
          }
        });
  }

  private static Map<String, double[]> numbers(JsonNode from) {
    Map<String, double[]> arrays = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      double[] values = new double[field.getValue().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Double.parseDouble(field.getValue().get(i).asText());
      }
      arrays.put(field.getKey(), values);
    }
    return arrays;
  }

  static RunState fromJson(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      JsonNode tasks = node.get("tasks");
      RunState state = new RunState(tasks.size());
      state.step = node.get("step").asLong();
      state.stoppedEarly = node.get("stopped_early").asBoolean();
      state.bestStep = node.get("best_step").asLong();
      state.bestValue = Double.parseDouble(node.get("best_value").asText());
      state.epochsWithoutImprovement = node.get("epochs_without_improvement").asInt();
      state.lossSum = Double.parseDouble(node.get("loss_sum").asText());
      state.lossCount = node.get("loss_count").asLong();
      for (int k = 0; k < tasks.size(); k++) {
        state.taskLossSums[k] = Double.parseDouble(tasks.get(k).get("loss_sum").asText());
        state.taskLossCounts[k] = tasks.get(k).get("loss_count").asLong();
      }
      node.path("measures")
          .properties()
          .forEach(
              m -> state.measureSums.put(m.getKey(), Double.parseDouble(m.getValue().asText())));
      state.similarity = numbers(node.get("similarity"));
      state.balance = new BalanceState(numbers(node.get("balance")), Map.of());
      for (JsonNode p : node.get("curves")) {
        state.curves.add(
            new CurvePoint(
                p.get(0).asLong(),
                p.get(1).asLong(),
                p.get(2).asText(),
                p.get(3).asText(),
                p.get(4).asText(),
                Double.parseDouble(p.get(5).asText())));
      }
      state.conflicts.addAll(ConflictText.conflicts(node.path("conflicts")));
      return state;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the state of a training run: " + e.getMessage(), e);
    }
  }
}
