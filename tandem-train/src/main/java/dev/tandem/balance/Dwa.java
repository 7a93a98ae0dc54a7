package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.Arrays;
import java.util.Map;

/**
 * Dynamic weight averaging (Liu et al., CVPR 2019): tasks whose epoch loss fell least weigh most,
 * {@code w = K·softmax(r / T)} with r the ratio of the last two epochs' mean losses. Weights are 1
 * in the first two epochs.
 *
 * @param temperature T; larger is more even
 */
@Doc("Dynamic weight averaging: tasks that improve slowly weigh more.")
public record Dwa(
    @Doc("Temperature; larger is more even.") @Default("2") @Range(min = 1e-6) @Shorthand
        double temperature)
    implements Balancing {

  @Override
  public Balancer start(Shared shared) {
    int tasks = shared.tasks();
    double[] last = new double[tasks];
    double[] before = new double[tasks];
    double[] epochs = new double[1];
    return new LossWeights() {
      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return epochs[0] < 2 ? Weights.ones(tasks) : Dwa.this.weights(last, before);
      }

      @Override
      public void endEpoch(int epoch, double[] meanLosses) {
        System.arraycopy(last, 0, before, 0, tasks);
        System.arraycopy(meanLosses, 0, last, 0, tasks);
        epochs[0]++;
      }

      @Override
      public BalanceState state() {
        return BalanceState.of(Map.of("last", last, "before", before, "epochs", epochs));
      }

      @Override
      public void restore(BalanceState state) {
        state.read("last", last);
        state.read("before", before);
        state.read("epochs", epochs);
      }
    };
  }

  double[] weights(double[] last, double[] before) {
    double[] ratio = new double[last.length];
    Arrays.setAll(ratio, i -> last[i] / before[i] / temperature);
    return Weights.scale(Weights.softmax(ratio), ratio.length);
  }
}
