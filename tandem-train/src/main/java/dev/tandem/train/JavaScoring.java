package dev.tandem.train;

import dev.tandem.feature.Batch;
import dev.tandem.feature.Preprocessor;
import dev.tandem.schema.Task;
import dev.tandem.scoring.BatchScorer;
import java.util.ArrayList;
import java.util.List;

/** Scores blocks in order on the plain JVM, several at once, each on its own thread. */
final class JavaScoring {
  private final Preprocessor preprocessor;
  private final BatchScorer scorer;
  private final int threads;
  private final int[] outputs; // per task and product, its number among the scorer's outputs

  JavaScoring(Preprocessor preprocessor, List<Task> predicted, BatchScorer scorer, int threads) {
    this.preprocessor = preprocessor;
    this.scorer = scorer;
    this.threads = threads;
    this.outputs =
        predicted.stream()
            .mapToInt(task -> scorer.outputs().indexOf("prediction." + task.name()))
            .toArray();
  }

  /** One thread's buffers. */
  private final class Lane {
    final Batch batch = preprocessor.newBatch();
    final float[][] results = new float[scorer.outputs().size()][0];
    final float[][] predictions = new float[outputs.length][0];

    void run() {
      for (int i = 0; i < results.length; i++) {
        int count = batch.rows() * scorer.width(i);
        if (results[i].length < count) {
          results[i] = new float[count];
        }
      }
      scorer.score(batch, results);
      for (int k = 0; k < outputs.length; k++) {
        predictions[k] = results[outputs[k]];
      }
    }
  }

  void predict(BlockSource source, PredictionSink sink) {
    List<Lane> lanes = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      lanes.add(new Lane());
    }
    try (Workers workers = new Workers(threads)) {
      boolean more = true;
      while (more) {
        int filled = 0;
        while (filled < lanes.size() && more) {
          more = source.next(lanes.get(filled).batch);
          filled += more ? 1 : 0;
        }
        workers.run(filled, lane -> lanes.get(lane).run());
        for (Lane lane : lanes.subList(0, filled)) {
          sink.accept(lane.batch, lane.predictions);
        }
      }
    }
  }
}
