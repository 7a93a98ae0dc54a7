package dev.tandem.balance;

/** A direction Σ α_i g_i whose coefficients follow from the gradients' inner products alone. */
interface GramRule {
  /**
   * The coefficients α.
   *
   * @param step number of the step
   * @param gram [K][K] GGᵀ
   * @param losses [K]
   */
  double[] coefficients(long step, double[][] gram, double[] losses);

  default BalanceState state() {
    return BalanceState.empty();
  }

  default void restore(BalanceState state) {}
}
