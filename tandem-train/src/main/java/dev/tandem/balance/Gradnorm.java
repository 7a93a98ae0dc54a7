package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Arrays;
import java.util.Map;

/**
 * GradNorm (Chen et al., ICML 2018): weights follow the gradient norms, so that tasks that have
 * learned less than the others get larger gradients. The norm is taken over all shared parameters
 * that the trainer passes.
 *
 * @param alpha strength with which slower tasks are favoured
 * @param rate learning rate of the weights
 * @param initial losses that progress is measured from
 */
@Doc("GradNorm: weights that let tasks learn at similar speed.")
public record Gradnorm(
    @Doc("Strength with which slower tasks are favoured.") @Default("1.5") double alpha,
    @Doc("Learning rate of the weights.") @Default("0.025") @Range(min = 0) double rate,
    @Doc("Where progress is measured from.") @Default("step") Initial initial)
    implements Balancing {
  private static final double LEAST = 1e-4;

  /** The losses that progress is measured from. */
  public enum Initial {
    /** Those of the first batch. */
    STEP,
    /** The means of the first epoch, in which all weights stay 1. */
    EPOCH
  }

  @Override
  public Balancer start(Shared shared) {
    return new Running(shared.tasks());
  }

  /** The weights' objective Σ|G_i − Ḡ·r̃_i^α| at one point. */
  final class Objective {
    final double[] ratio;
    final double[] target;
    final double loss;
    final double[] gradient;

    Objective(double[] weights, double[] norms, double[] losses, double[] first) {
      int tasks = weights.length;
      double[] progress = new double[tasks];
      Arrays.setAll(progress, i -> losses[i] / first[i]);
      double meanProgress = Arrays.stream(progress).average().orElseThrow();
      ratio = Weights.scale(progress, 1 / meanProgress);
      double meanNorm = Weights.dot(weights, norms) / tasks;
      target = Arrays.stream(ratio).map(r -> meanNorm * Math.pow(r, alpha)).toArray();
      gradient = new double[tasks];
      double sum = 0;
      for (int i = 0; i < tasks; i++) {
        double excess = weights[i] * norms[i] - target[i];
        sum += Math.abs(excess);
        gradient[i] = Math.signum(excess) * norms[i];
      }
      loss = sum;
    }

    /** The weights after a step, positive and adding up to the number of tasks. */
    double[] next(double[] weights) {
      double[] next = new double[weights.length];
      Arrays.setAll(next, i -> Math.max(weights[i] - rate * gradient[i], LEAST));
      return Weights.scale(next, next.length / Arrays.stream(next).sum());
    }
  }

  private final class Running implements Balancer {
    private final double[] weights;
    private final double[] first;
    private final double[] known = new double[1];

    Running(int tasks) {
      weights = Weights.ones(tasks);
      first = new double[tasks];
    }

    @Override
    public boolean needsTaskGradients() {
      return true;
    }

    @Override
    public double[] weights(long step, int epoch, double[] losses) {
      return weights.clone();
    }

    @Override
    public void combine(long step, float[][] gradients, double[] losses, float[] into) {
      Gradients.sum(gradients, weights, 0, into.length, into);
      if (known[0] == 0 && initial == Initial.STEP) {
        learnFirst(losses);
      }
      if (known[0] > 0) {
        double[] norms = new double[weights.length];
        for (int i = 0; i < norms.length; i++) {
          norms[i] = Math.sqrt(Gradients.gram(new float[][] {gradients[i]}, 0, into.length)[0][0]);
        }
        double[] next = new Objective(weights, norms, losses, first).next(weights);
        System.arraycopy(next, 0, weights, 0, next.length);
      }
    }

    @Override
    public void endEpoch(int epoch, double[] meanLosses) {
      if (known[0] == 0) {
        learnFirst(meanLosses);
      }
    }

    private void learnFirst(double[] losses) {
      System.arraycopy(losses, 0, first, 0, first.length);
      known[0] = 1;
    }

    @Override
    public BalanceState state() {
      return BalanceState.of(Map.of("weights", weights, "first", first, "known", known));
    }

    @Override
    public void restore(BalanceState state) {
      state.read("weights", weights);
      state.read("first", first);
      state.read("known", known);
    }
  }
}
