package dev.tandem.balance;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;

/**
 * Impartial learning by losses (IMTL-L; Liu et al., ICLR 2021): learns scales s in Σ e^s L − s, so
 * that all scaled losses come to the same size.
 *
 * @param rate learning rate of Adam for the scales
 */
@Doc("IMTL-L: learned scales bring all losses to the same size.")
public record ImtlL(
    @Doc("Learning rate of the scales (Adam).") @Default("0.001") @Range(min = 0) @Shorthand
        double rate)
    implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    LearnedScales scales = new LearnedScales(shared.tasks(), rate);
    return new LossWeights() {
      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return scales.factors();
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
