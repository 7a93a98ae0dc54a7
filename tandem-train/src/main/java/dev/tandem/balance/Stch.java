package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.Map;

/**
 * Smooth Tchebycheff scalarisation (Lin et al., ICML 2024, in LibMTL's logarithmic form): K·μ·ln Σ
 * exp(ln(L/nadir)/μ), so that the relatively worst task weighs most. During warm-up the sum of ln
 * L; the nadir is the mean loss of the last warm-up epoch. Losses must be positive.
 *
 * @param smoothing μ; smaller is closer to the worst task alone
 * @param warmUp number of warm-up epochs
 */
@Doc("Smooth Tchebycheff scalarisation: the relatively worst task weighs most.")
public record Stch(
    @Doc("Smoothing; smaller is closer to the worst task alone.") @Default("1") @Range(min = 1e-3)
        double smoothing,
    @Doc("Warm-up epochs, of which the last sets the scale.") @Default("4") @Range(min = 1)
        int warmUp)
    implements Balancing {

  @Override
  public Balancer start(Shared shared) {
    double[] nadir = new double[shared.tasks()];
    double[] epochs = new double[1];
    return new LossWeights() {
      @Override
      public boolean needsLosses() {
        return true;
      }

      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return epochs[0] < warmUp
            ? Arrays.stream(losses).map(l -> 1 / l).toArray()
            : Stch.this.weights(losses, nadir);
      }

      @Override
      public void endEpoch(int epoch, double[] meanLosses) {
        epochs[0]++;
        if (epochs[0] == warmUp) {
          System.arraycopy(meanLosses, 0, nadir, 0, nadir.length);
        }
      }

      @Override
      public BalanceState state() {
        return BalanceState.of(Map.of("nadir", nadir, "epochs", epochs));
      }

      @Override
      public void restore(BalanceState state) {
        state.read("nadir", nadir);
        state.read("epochs", epochs);
      }
    };
  }

  double loss(double[] losses, double[] nadir) {
    double[] x = exponents(losses, nadir);
    double max = Arrays.stream(x).max().orElseThrow();
    double sum = Arrays.stream(x).map(v -> Math.exp(v - max)).sum();
    return losses.length * smoothing * (max + Math.log(sum));
  }

  /** Derivatives of {@link #loss}. */
  double[] weights(double[] losses, double[] nadir) {
    double[] share = Weights.softmax(exponents(losses, nadir));
    double[] weights = new double[losses.length];
    Arrays.setAll(weights, i -> losses.length * share[i] / losses[i]);
    return weights;
  }

  private double[] exponents(double[] losses, double[] nadir) {
    double[] x = new double[losses.length];
    Arrays.setAll(x, i -> Math.log(losses[i] / nadir[i]) / smoothing);
    return x;
  }
}
