package dev.tandem.experiment;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.model.Product;
import dev.tandem.schema.Task;
import dev.tandem.train.Blueprint;
import dev.tandem.train.PredictionSink;
import dev.tandem.train.TrainedModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What networks that were trained alone predict together: each task's predictions over the rows of
 * a part, and the products that follow from them. Filled and read by one thread.
 */
final class Together {
  private static final int BLOCK = 4096;

  private final Blueprint whole;
  private final EncodedData rows;
  private final float[][] predictions; // per task [rows · outputs]

  /**
   * No predictions yet.
   *
   * @param whole what all tasks would be in one model
   * @param rows the rows, with the labels of all tasks
   */
  Together(Blueprint whole, EncodedData rows) {
    this.whole = whole;
    this.rows = rows;
    this.predictions = new float[whole.tasks().size()][];
  }

  /**
   * Takes a task's predictions from its model.
   *
   * @param view the rows as the model sees them
   */
  void add(int task, TrainedModel model, EncodedData view) {
    int outputs = whole.tasks().get(task).outputs();
    float[] all = new float[Math.toIntExact(rows.rows() * outputs)];
    int[] filled = {0};
    model.predict(
        view,
        (block, own) -> {
          System.arraycopy(own[0], 0, all, filled[0], block.rows() * outputs);
          filled[0] += block.rows() * outputs;
        });
    predictions[task] = all;
  }

  /** Hands out all rows in order, with every task's predictions and those of products. */
  void replay(PredictionSink sink) {
    List<Task> tasks = whole.tasks();
    List<Product> products = whole.products();
    Batch batch = new Batch(rows.layout(), tasks.size());
    float[][] block = new float[tasks.size() + products.size()][];
    for (int from = 0; from < rows.rows(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, rows.rows() - from);
      rows.read(LongStream.range(from, (long) from + count).toArray(), 0, count, batch);
      for (int k = 0; k < tasks.size(); k++) {
        int outputs = tasks.get(k).outputs();
        block[k] = Arrays.copyOfRange(predictions[k], from * outputs, (from + count) * outputs);
      }
      for (int p = 0; p < products.size(); p++) {
        block[tasks.size() + p] = product(products.get(p), block, count);
      }
      sink.accept(batch, block);
    }
  }

  private float[] product(Product product, float[][] block, int count) {
    float[] joined = new float[count];
    Arrays.fill(joined, 1);
    for (Task task : product.tasks()) {
      float[] own = block[whole.tasks().indexOf(task)];
      for (int r = 0; r < count; r++) {
        joined[r] *= own[r];
      }
    }
    return joined;
  }
}
