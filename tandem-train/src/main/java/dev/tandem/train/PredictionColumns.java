package dev.tandem.train;

import dev.tandem.feature.Batch;
import dev.tandem.feature.Moments;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.Task;
import dev.tandem.schema.TaskKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model predicts, column by column: one per task, one per class of a multi-class task, and
 * one per product of the head. Immutable.
 */
final class PredictionColumns {
  private final Preprocessor preprocessor;
  private final List<Task> predicted;

  /**
   * The columns of a model.
   *
   * @param predicted tasks and products, as {@link Blueprint#predicted} gives them
   */
  PredictionColumns(Preprocessor preprocessor, List<Task> predicted) {
    this.preprocessor = preprocessor;
    this.predicted = List.copyOf(predicted);
  }

  /** {@code TASK}, or {@code TASK_CLASS} for each class. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (Task task : predicted) {
      if (task.kind() == TaskKind.MULTICLASS) {
        preprocessor.classes(task.name()).forEach(c -> names.add(task.name() + "_" + c));
      } else {
        names.add(task.name());
      }
    }
    return names;
  }

  /**
   * One block's predictions as rows [rows · {@link #names}]: probabilities, and for regression
   * tasks values in original units.
   *
   * @param rows the block
   * @param predictions as a {@link PredictionSink} receives them
   */
  float[] values(Batch rows, float[][] predictions) {
    int width = names().size();
    float[] values = new float[rows.rows() * width];
    int column = 0;
    for (int k = 0; k < predicted.size(); k++) {
      Task task = predicted.get(k);
      Moments moments = preprocessor.labelMoments(task.name());
      for (int c = 0; c < task.outputs(); c++) {
        for (int r = 0; r < rows.rows(); r++) {
          float value = predictions[k][r * task.outputs() + c];
          values[r * width + column] =
              task.kind() == TaskKind.REGRESSION ? (float) moments.restore(value) : value;
        }
        column++;
      }
    }
    return values;
  }
}
