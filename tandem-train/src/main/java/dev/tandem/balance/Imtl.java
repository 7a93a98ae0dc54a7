package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;

/**
 * IMTL (Liu et al., ICLR 2021): {@link ImtlL} scales the losses, and {@link ImtlG} combines the
 * gradients of the scaled losses.
 *
 * @param rate learning rate of Adam for the scales
 */
@Doc("IMTL: learned loss scales, and equal projections on the scaled gradients.")
public record Imtl(
    @Doc("Learning rate of the scales (Adam).") @Default("0.001") @Range(min = 0) @Shorthand
        double rate)
    implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    LearnedScales scales = new LearnedScales(shared.tasks(), rate);
    return new Balancer() {
      @Override
      public boolean needsTaskGradients() {
        return true;
      }

      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return scales.factors();
      }

      @Override
      public void combine(long step, float[][] gradients, double[] losses, float[] into) {
        double[] factors = scales.factors();
        double[][] gram = Gradients.gram(gradients, 0, into.length);
        for (int i = 0; i < gram.length; i++) {
          for (int j = 0; j < gram.length; j++) {
            gram[i][j] *= factors[i] * factors[j];
          }
        }
        double[] alpha = ImtlG.coefficients(gram);
        for (int i = 0; i < alpha.length; i++) {
          alpha[i] *= factors[i];
        }
        Gradients.sum(gradients, alpha, 0, into.length, into);
      }

      @Override
      public void observe(long step, int epoch, double[] before, double[] after) {
        scales.observe(before);
      }

      @Override
      public BalanceState state() {
        return scales.state();
      }

      @Override
      public void restore(BalanceState state) {
        scales.restore(state);
      }
    };
  }
}
