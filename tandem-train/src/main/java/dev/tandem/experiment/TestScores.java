package dev.tandem.experiment;

import dev.tandem.archive.AtomicFiles;
import dev.tandem.archive.DType;
import dev.tandem.archive.SafetensorsFile;
import dev.tandem.archive.SafetensorsWriter;
import dev.tandem.archive.TensorSpec;
import dev.tandem.feature.Batch;
import dev.tandem.feature.LabelState;
import dev.tandem.metric.Rows;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import dev.tandem.train.Blueprint;
import dev.tandem.train.PredictedLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The test rows' probabilities under one run, or what they are compared with, in safetensors files:
 * {@code score.TASK} (float32, one per row) in the run's file; {@code label.TASK}, {@code
 * state.TASK}, {@code group} and {@code weight} in the data's. Binary tasks and products of heads
 * only. Filled by one thread in the order of the rows.
 */
final class TestScores {
  private final int[] groups;
  private final float[] weights;
  private final Map<String, float[]> scores = new LinkedHashMap<>();
  private final Map<String, float[]> labels = new LinkedHashMap<>();
  private final Map<String, byte[]> states = new LinkedHashMap<>();
  private final List<Task> predicted;
  private final PredictedLabels truth;
  private int filled;

  /** The scores of what a blueprint predicts. */
  TestScores(Blueprint blueprint, long rows) {
    int n = Math.toIntExact(rows);
    groups = new int[n];
    weights = new float[n];
    predicted = blueprint.predicted();
    truth = new PredictedLabels(blueprint);
    for (Task task : predicted) {
      if (task.kind() == TaskKind.BINARY) {
        scores.put(task.name(), new float[n]);
        labels.put(task.name(), new float[n]);
        states.put(task.name(), new byte[n]);
      }
    }
  }

  /** Takes the next rows. */
  void add(Batch rows, float[][] predictions) {
    for (int k = 0; k < predicted.size(); k++) {
      float[] score = scores.get(predicted.get(k).name());
      float[] label = labels.get(predicted.get(k).name());
      byte[] state = states.get(predicted.get(k).name());
      if (score == null || label == null || state == null) {
        continue;
      }
      for (int r = 0; r < rows.rows(); r++) {
        score[filled + r] = predictions[k][r];
        label[filled + r] = truth.label(rows, r, k);
        state[filled + r] = truth.state(rows, r, k);
      }
    }
    System.arraycopy(rows.groups(), 0, groups, filled, rows.rows());
    System.arraycopy(rows.weights(), 0, weights, filled, rows.rows());
    filled += rows.rows();
  }

  /** Writes the scores. */
  void writeScores(Path file) throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    scores.keySet().forEach(t -> specs.add(TensorSpec.f32("score." + t, groups.length)));
    write(
        file,
        specs,
        tensors -> {
          for (Map.Entry<String, float[]> e : scores.entrySet()) {
            tensors.floats("score." + e.getKey(), e.getValue());
          }
        });
  }

  private static void write(Path file, List<TensorSpec> specs, SafetensorsWriter.Content content)
      throws IOException {
    AtomicFiles.write(file, out -> SafetensorsWriter.write(out, specs, Map.of(), content));
  }

  /**
   * Writes what the scores are compared with, unless it is there. A model whose head predicts more
   * than those before adds what is compared with that.
   */
  void writeTruth(Path file) throws IOException {
    if (Files.exists(file)) {
      try (SafetensorsFile there = SafetensorsFile.open(file)) {
        List<String> known = there.tensors().stream().map(t -> t.spec().name()).toList();
        if (labels.keySet().stream().allMatch(t -> known.contains("label." + t))) {
          return;
        }
        for (String name : known) {
          if (name.startsWith("label.") && !labels.containsKey(name.substring(6))) {
            labels.put(name.substring(6), there.tensor(name).floats());
            states.put(name.substring(6), there.tensor("state." + name.substring(6)).bytes());
          }
        }
      }
    }
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(TensorSpec.of("group", DType.I32, groups.length));
    specs.add(TensorSpec.f32("weight", groups.length));
    for (String task : labels.keySet()) {
      specs.add(TensorSpec.f32("label." + task, groups.length));
      specs.add(TensorSpec.of("state." + task, DType.U8, groups.length));
    }
    write(
        file,
        specs,
        tensors -> {
          tensors.ints("group", groups);
          tensors.floats("weight", weights);
          for (Map.Entry<String, float[]> e : labels.entrySet()) {
            tensors.floats("label." + e.getKey(), e.getValue());
            tensors.bytes("state." + e.getKey(), states.getOrDefault(e.getKey(), new byte[0]));
          }
        });
  }

  /**
   * The judged rows of a task under the mean of several runs' scores.
   *
   * @param truth file of {@link #writeTruth}
   * @param runs files of {@link #writeScores}
   */
  static Rows mean(Path truth, List<Path> runs, String task) {
    try (SafetensorsFile data = SafetensorsFile.open(truth)) {
      byte[] states = data.tensor("state." + task).bytes();
      float[] labels = data.tensor("label." + task).floats();
      int[] groups = data.tensor("group").ints();
      float[] weights = data.tensor("weight").floats();
      double[] sums = new double[states.length];
      for (Path run : runs) {
        try (SafetensorsFile scores = SafetensorsFile.open(run)) {
          float[] one = scores.tensor("score." + task).floats();
          for (int r = 0; r < sums.length; r++) {
            sums[r] += one[r];
          }
        }
      }
      return observed(states, labels, groups, weights, sums, runs.size());
    }
  }

  private static Rows observed(
      byte[] states, float[] labels, int[] groups, float[] weights, double[] sums, int runs) {
    int n = 0;
    for (byte state : states) {
      n += state == LabelState.OBSERVED.code() ? 1 : 0;
    }
    double[] means = new double[n];
    float[] seen = new float[n];
    double[] weigh = new double[n];
    int[] group = new int[n];
    boolean weighted = false;
    boolean grouped = false;
    int at = 0;
    for (int r = 0; r < states.length; r++) {
      if (states[r] == LabelState.OBSERVED.code()) {
        means[at] = sums[r] / runs;
        seen[at] = labels[r];
        weigh[at] = weights[r];
        group[at] = groups[r];
        weighted |= weights[r] != 1f;
        grouped |= groups[r] != 0;
        at++;
      }
    }
    Rows rows = Rows.binary(means, seen);
    rows = weighted ? rows.weighted(weigh) : rows;
    return grouped ? rows.grouped(group) : rows;
  }
}
