package dev.tandem.balance;

/** Combines gradients by a {@link GramRule} over all shared parameters. */
final class GramBalancer implements Balancer {
  private final int tasks;
  private final GramRule rule;

  GramBalancer(Shared shared, GramRule rule) {
    tasks = shared.tasks();
    this.rule = rule;
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
    double[][] gram = Gradients.gram(gradients, 0, into.length);
    Gradients.sum(gradients, rule.coefficients(step, gram, losses), 0, into.length, into);
  }

  @Override
  public BalanceState state() {
    return rule.state();
  }

  @Override
  public void restore(BalanceState state) {
    rule.restore(state);
  }
}
