package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.config.OptimizerConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.layer.Mlp;
import dev.tandem.model.Independent;
import dev.tandem.model.MultiTaskModel;
import dev.tandem.model.SharedEmbedding;
import dev.tandem.model.Snr;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of different roles move by rules of their own. */
class DenseOptimizerTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void everyRangeMovesByItsRule() {
    DenseOptimizer optimizer =
        new DenseOptimizer(
            List.of(
                new DenseOptimizer.Range(2, new OptimizerConfig.Sgd(0.5, 0), 0.25),
                new DenseOptimizer.Range(2, new OptimizerConfig.Sgd(9, 0), 0),
                new DenseOptimizer.Range(4, new OptimizerConfig.Sgd(0.125, 0), 0),
                new DenseOptimizer.Range(5, new OptimizerConfig.Adam(0.25, 0.9, 0.999, 0), 0)),
            5);
    float[] w = {4, 4, 4, 4, 4};
    float[] g = {1, 1, 1, 1, -8};
    optimizer.apply(w, g, 1, 5, 1, 1); // blocks begin and end anywhere
    optimizer.apply(w, g, 0, 1, 1, 1);
    // 4 − 0.5·(1 + 0.25·4); 4 − 0.125·1; Adam's first step is its rate
    assertThat(w).containsExactly(3f, 3f, 3.875f, 3.875f, 4.25f);
  }

  @Test
  void connectionsMayStandStillOrMoveFasterThanTheWeights() {
    Map<String, float[]> still = trained("connections: {sgd: 0}");
    Map<String, float[]> same = trained("connections: null");
    Map<String, float[]> fast = trained("connections: {adam: 0.03}");
    String name = "conn.0.logalpha";
    assertThat(still).containsKey(name);
    float[] start = still.get(name);
    assertThat(distance(fast.get(name), start)).isGreaterThan(3 * distance(same.get(name), start));
    assertThat(distance(same.get(name), start)).isGreaterThan(1e-3);
  }

  private static double distance(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  private Map<String, float[]> trained(String connections) {
    TrainConfig config =
        Synthetic.read(
            "epochs: 1\nsteps: 4\nbatch: 256\nthreads: 1\nearly_stopping: null\n"
                + "optimizer: {dense: {adam: 0.003}, "
                + connections
                + "}\n",
            TrainConfig.class);
    Snr body = Synthetic.read("{nets: [2, 2], width: 4}", Snr.class);
    MultiTaskModel model =
        new MultiTaskModel(new SharedEmbedding(), body, Mlp.of(List.of()), new Independent());
    TrainingJob job =
        new TrainingJob(
            Synthetic.blueprint(model),
            config,
            Synthetic.evaluation(),
            new Synthetic(2000, 1),
            Optional.empty(),
            directory.resolve("checkpoints" + connections.hashCode()),
            "test",
            false);
    return Trainer.train(job, TrainingListener.SILENT, () -> false).parameters();
  }
}
