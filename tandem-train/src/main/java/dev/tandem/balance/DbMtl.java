package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Dual-balancing (DB-MTL; Lin et al., 2023): gradients of the logarithms of the losses, averaged
 * over steps and brought to the length of the longest; the direction is their sum. Keeps one moving
 * average of each task's gradient: K·P floats.
 *
 * @param beta decay β of the moving average
 * @param betaSigma the decay falls with step t as β / t^betaSigma
 */
@Doc("DB-MTL: gradients of log losses, averaged and brought to one length.")
public record DbMtl(
    @Doc("Decay of the moving gradients.") @Default("0.9") @Range(min = 0, max = 1) double beta,
    @Doc("Exponent with which the decay falls over the steps.") @Default("0") @Range(min = 0)
        double betaSigma)
    implements Balancing {
  private static final double EPSILON = 1e-8;

  @Override
  public Balancer start(Shared shared) {
    return new Running(shared);
  }

  /** The decay of step t, from 1. */
  double decay(double t) {
    return beta / Math.pow(t, betaSigma);
  }

  /** Derivative of ln(L + ε) by L. */
  static double logFactor(double loss) {
    return 1 / (loss + EPSILON);
  }

  /** The factor of each moving gradient from their lengths. */
  static double[] scales(double[] norms) {
    double longest = Arrays.stream(norms).max().orElseThrow();
    return Arrays.stream(norms).map(n -> longest / (n + EPSILON)).toArray();
  }

  private final class Running implements Balancer {
    private final int tasks;
    private final float[][] moving;
    private final double[] steps = new double[1];

    Running(Shared shared) {
      tasks = shared.tasks();
      moving = new float[tasks][shared.size()];
    }

    @Override
    public boolean needsTaskGradients() {
      return true;
    }

    @Override
    public double[] weights(long step, int epoch, double[] losses) {
      return Weights.ones(tasks);
    }

    @Override
    public void combine(long step, float[][] gradients, double[] losses, float[] into) {
      double decay = decay(++steps[0]);
      double[] norms = new double[tasks];
      for (int k = 0; k < tasks; k++) {
        float[] average = moving[k];
        float[] g = gradients[k];
        float old = (float) decay;
        float own = (float) ((1 - decay) * logFactor(losses[k]));
        for (int p = 0; p < average.length; p++) {
          average[p] = old * average[p] + own * g[p];
        }
        norms[k] = Math.sqrt(Gradients.gram(new float[][] {average}, 0, average.length)[0][0]);
      }
      Gradients.sum(moving, scales(norms), 0, into.length, into);
    }

    @Override
    public BalanceState state() {
      Map<String, float[]> floats = new HashMap<>();
      for (int k = 0; k < tasks; k++) {
        floats.put("moving." + k, moving[k]);
      }
      return new BalanceState(Map.of("steps", steps), floats);
    }

    @Override
    public void restore(BalanceState state) {
      state.read("steps", steps);
      for (int k = 0; k < tasks; k++) {
        state.read("moving." + k, moving[k]);
      }
    }
  }
}
