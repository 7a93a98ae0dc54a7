package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.Map;

/**
 * MetaBalance (He et al., WWW 2022): per parameter tensor, the auxiliary tasks' gradients are
 * brought towards the length of the target task's, lengths being moving averages; the direction is
 * their sum. Follows torch-rechub in its form: ε 1e-5, no bias correction, the target scaled too.
 *
 * @param target number of the target task, from 0
 * @param relax share of the length that is brought in line
 * @param beta decay of the moving lengths
 * @param change which gradients are changed
 */
@Doc("MetaBalance: auxiliary gradients are brought to the target task's length.")
public record Metabalance(
    @Doc("Number of the target task, from 0.") @Default("0") @Range(min = 0) int target,
    @Doc("Share of the length that is brought in line.") @Default("0.7") @Range(min = 0, max = 1)
        double relax,
    @Doc("Decay of the moving lengths.") @Default("0.9") @Range(min = 0, max = 1) double beta,
    @Doc("Which gradients are changed.") @Default("all") Change change)
    implements Balancing {
  private static final double EPSILON = 1e-5;

  /** Which gradients are changed. */
  public enum Change {
    /** All. */
    ALL,
    /** Those longer than the target's. */
    SHRINK,
    /** Those shorter than the target's. */
    ENLARGE
  }

  @Override
  public Balancer start(Shared shared) {
    if (target >= shared.tasks()) {
      throw new IllegalArgumentException(
          "the target of metabalance is task "
              + target
              + "; there are tasks 0 to "
              + (shared.tasks() - 1));
    }
    return new Running(shared);
  }

  double moving(double before, double norm) {
    return beta * before + (1 - beta) * norm;
  }

  /** The factor of each task's gradient from the moving lengths. */
  double[] scales(double[] lengths) {
    double[] scales = new double[lengths.length];
    Arrays.setAll(
        scales,
        i -> {
          boolean changed =
              switch (change) {
                case ALL -> true;
                case SHRINK -> lengths[i] > lengths[target];
                case ENLARGE -> lengths[i] < lengths[target];
              };
          return changed ? lengths[target] / (lengths[i] + EPSILON) * relax + 1 - relax : 1;
        });
    return scales;
  }

  private final class Running implements Balancer {
    private final Shared shared;
    private final double[] lengths; // [tensors][K] flat

    Running(Shared shared) {
      this.shared = shared;
      lengths = new double[shared.tensorSizes().size() * shared.tasks()];
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
      int from = 0;
      for (int tensor = 0; tensor < shared.tensorSizes().size(); tensor++) {
        int to = from + shared.tensorSizes().get(tensor);
        double[] own = new double[tasks];
        for (int i = 0; i < tasks; i++) {
          double norm = Math.sqrt(Gradients.gram(new float[][] {gradients[i]}, from, to)[0][0]);
          own[i] = moving(lengths[tensor * tasks + i], norm);
          lengths[tensor * tasks + i] = own[i];
        }
        Gradients.sum(gradients, scales(own), from, to, into);
        from = to;
      }
    }

    @Override
    public BalanceState state() {
      return BalanceState.of(Map.of("lengths", lengths));
    }

    @Override
    public void restore(BalanceState state) {
      state.read("lengths", lengths);
    }
  }
}
