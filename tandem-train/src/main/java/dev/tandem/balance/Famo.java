package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Fast adaptive multitask optimisation (Liu et al., NeurIPS 2023): with z = softmax(w) and D the
 * losses above their minimum, task i weighs c·z_i/D_i, c = 1/Σ(z/D). After the step, w follows the
 * change δ of ln D by Adam, so that tasks that improve faster come to weigh less.
 *
 * @param rate learning rate of w
 * @param decay L2 weight decay of w
 * @param minimum smallest loss that can be attained, subtracted from every loss
 * @param sameBatch measure δ on the same batch after the step, at the cost of a forward pass;
 *     otherwise between consecutive batches
 */
@Doc("FAMO: weights that let all losses fall at the same relative speed.")
public record Famo(
    @Doc("Learning rate of the weights (Adam).") @Default("0.025") @Range(min = 0) double rate,
    @Doc("L2 weight decay of the weights.") @Default("0.001") @Range(min = 0) double decay,
    @Doc("Smallest attainable loss, subtracted from every loss.") @Default("0") double minimum,
    @Doc("Measure progress on the same batch, with one more forward pass per step.")
        @Default("true")
        boolean sameBatch)
    implements Balancing {
  private static final double FLOOR = 1e-8;

  @Override
  public Balancer start(Shared shared) {
    return new Running(shared.tasks());
  }

  /** D of the losses; those at or below the minimum count as barely above it. */
  private double[] distances(double[] losses) {
    return Arrays.stream(losses).map(l -> Math.max(l - minimum, 0) + FLOOR).toArray();
  }

  double[] weights(double[] w, double[] losses) {
    double[] z = Weights.softmax(w);
    double[] d = distances(losses);
    double[] weights = new double[z.length];
    Arrays.setAll(weights, i -> z[i] / d[i]);
    return Weights.scale(weights, 1 / Arrays.stream(weights).sum());
  }

  double[] change(double[] before, double[] after) {
    double[] from = distances(before);
    double[] to = distances(after);
    double[] delta = new double[from.length];
    Arrays.setAll(delta, i -> Math.log(from[i]) - Math.log(to[i]));
    return delta;
  }

  /** Jᵀδ with J = diag(z) − zzᵀ. */
  static double[] gradient(double[] w, double[] delta) {
    double[] z = Weights.softmax(w);
    double mean = Weights.dot(z, delta);
    double[] gradient = new double[z.length];
    Arrays.setAll(gradient, i -> z[i] * (delta[i] - mean));
    return gradient;
  }

  private final class Running implements LossWeights {
    private final ScalarAdam learned;
    private final double[] previous;
    private final double[] seen = new double[1];

    Running(int tasks) {
      learned = new ScalarAdam(rate, decay, new double[tasks]);
      previous = new double[tasks];
    }

    @Override
    public boolean needsLosses() {
      return true;
    }

    @Override
    public boolean needsLossesAfterStep() {
      return sameBatch;
    }

    @Override
    public double[] weights(long step, int epoch, double[] losses) {
      return Famo.this.weights(learned.values(), losses);
    }

    @Override
    public void observe(long step, int epoch, double[] before, double[] after) {
      if (sameBatch) {
        learned.step(gradient(learned.values(), change(before, after)));
        return;
      }
      if (seen[0] > 0) {
        learned.step(gradient(learned.values(), change(previous, before)));
      }
      System.arraycopy(before, 0, previous, 0, previous.length);
      seen[0] = 1;
    }

    @Override
    public BalanceState state() {
      Map<String, double[]> state = new HashMap<>(learned.state());
      state.put("previous", previous);
      state.put("seen", seen);
      return BalanceState.of(state);
    }

    @Override
    public void restore(BalanceState state) {
      learned.restore(state);
      state.read("previous", previous);
      state.read("seen", seen);
    }
  }
}
