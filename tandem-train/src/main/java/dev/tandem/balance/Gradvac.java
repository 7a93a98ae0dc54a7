package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.Map;

/**
 * Gradient vaccine (Wang et al., ICLR 2021): a gradient whose cosine with another task's lies below
 * a target is turned towards it until the target is met; targets are moving averages of the cosines
 * seen, per pair and, if wished, per parameter tensor. Targets are updated whether or not a
 * gradient was changed (LibMTL: only then).
 *
 * @param rate share of the newest cosine in the target
 * @param perTensor one set of targets and one change per parameter tensor
 */
@Doc("Gradient vaccine: gradients are turned towards usual cosines.")
public record Gradvac(
    @Doc("Share of the newest cosine in its moving average.")
        @Default("0.5")
        @Range(min = 0, max = 1)
        double rate,
    @Doc("Separate targets and changes for each parameter tensor.") @Default("false")
        boolean perTensor)
    implements Balancing {

  @Override
  public Balancer start(Shared shared) {
    return new Running(shared);
  }

  /**
   * Task i's changed gradient as coefficients of the original ones; updates the targets.
   *
   * @param targets [K] of this task's pairs
   */
  double[] turn(int i, int[] order, double[][] gram, double[] targets) {
    double[] p = new double[gram.length];
    p[i] = 1;
    for (int j : order) {
      double[] products = Weights.times(gram, p);
      double own = Math.sqrt(Math.max(0, Weights.dot(p, products)));
      double other = Math.sqrt(gram[j][j]);
      if (own > 0 && other > 0) {
        double cosine = Math.max(-1, Math.min(1, products[j] / (own * other)));
        double target = targets[j];
        if (cosine < target) {
          double lacking = Math.sqrt(1 - target * target);
          double turn = target * Math.sqrt(1 - cosine * cosine) - cosine * lacking;
          // A target of 1 asks for an infinite turn: leave such pairs alone.
          p[j] += lacking > 1e-8 ? own * turn / (other * lacking) : 0;
        }
        targets[j] = (1 - rate) * target + rate * cosine;
      }
    }
    return p;
  }

  private final class Running implements Balancer {
    private final Shared shared;
    private final int[] ends;
    private final double[][][] targets; // [group][K][K]

    Running(Shared shared) {
      this.shared = shared;
      int groups = perTensor ? shared.tensorSizes().size() : 1;
      ends = new int[groups];
      int end = 0;
      for (int g = 0; g < groups; g++) {
        end += perTensor ? shared.tensorSizes().get(g) : shared.size();
        ends[g] = end;
      }
      targets = new double[groups][shared.tasks()][shared.tasks()];
    }

    @Override
    public boolean needsTaskGradients() {
      return true;
    }

    @Override
    public double[] weights(long step, int epoch, double[] losses) {
      return Weights.ones(shared.tasks());
    }

    @Override
    public void combine(long step, float[][] gradients, double[] losses, float[] into) {
      int tasks = shared.tasks();
      Draws draws = new Draws(shared.seed(), step);
      int from = 0;
      for (int g = 0; g < ends.length; g++) {
        double[][] gram = Gradients.gram(gradients, from, ends[g]);
        double[] sum = new double[tasks];
        for (int i = 0; i < tasks; i++) {
          double[] p = turn(i, draws.others(tasks, i), gram, targets[g][i]);
          Arrays.setAll(sum, k -> sum[k] + p[k]);
        }
        Gradients.sum(gradients, sum, from, ends[g], into);
        from = ends[g];
      }
    }

    @Override
    public BalanceState state() {
      int tasks = shared.tasks();
      double[] flat = new double[targets.length * tasks * tasks];
      for (int n = 0; n < flat.length; n++) {
        flat[n] = targets[n / (tasks * tasks)][n / tasks % tasks][n % tasks];
      }
      return BalanceState.of(Map.of("targets", flat));
    }

    @Override
    public void restore(BalanceState state) {
      int tasks = shared.tasks();
      double[] flat = new double[targets.length * tasks * tasks];
      state.read("targets", flat);
      for (int n = 0; n < flat.length; n++) {
        targets[n / (tasks * tasks)][n / tasks % tasks][n % tasks] = flat[n];
      }
    }
  }
}
