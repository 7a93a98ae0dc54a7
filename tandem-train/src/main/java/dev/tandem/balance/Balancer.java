package dev.tandem.balance;

/**
 * A balancing rule at work. Each step the trainer calls, in this order and once each: {@link
 * #weights}; where {@link #needsTaskGradients}, {@link #combine}; after the step {@link #observe}.
 * Once per epoch it calls {@link #endEpoch}. Only {@code combine}, {@code observe} and {@code
 * endEpoch} change the state. Not thread-safe.
 *
 * <p>Parameters that one task alone reaches always get the gradient of that task's weighted loss.
 * Those that several reach get the gradient of the weighted sum, or what {@code combine} makes of
 * the tasks' unweighted gradients.
 */
public interface Balancer {
  /** Whether shared parameters are updated with {@link #combine} of each task's own gradient. */
  default boolean needsTaskGradients() {
    return false;
  }

  /**
   * Whether {@link #weights} reads this batch's losses, so that a forward pass has to come first
   * (or, where tasks have gradients of their own anyway, the weights are applied to those).
   */
  default boolean needsLosses() {
    return false;
  }

  /** Whether {@link #observe} wants the same batch's losses after the step too. */
  default boolean needsLossesAfterStep() {
    return false;
  }

  /**
   * The factor of each task's loss in this step.
   *
   * @param step number of the step, from 0
   * @param epoch number of the epoch, from 0
   * @param losses [K] this batch's losses where {@link #needsLosses}, otherwise not read
   * @return [K]
   */
  double[] weights(long step, int epoch, double[] losses);

  /**
   * The direction of the shared parameters (to be subtracted like a gradient). Rules without need
   * of the tasks' gradients give their weighted sum.
   *
   * @param step number of the step, from 0
   * @param gradients [K][P] gradients of the unweighted losses
   * @param losses [K] this batch's losses
   * @param into [P] receives the direction
   */
  void combine(long step, float[][] gradients, double[] losses, float[] into);

  /**
   * Learns from a step.
   *
   * @param before [K] this batch's losses
   * @param after [K] its losses after the step where {@link #needsLossesAfterStep}, otherwise not
   *     read
   */
  default void observe(long step, int epoch, double[] before, double[] after) {}

  /**
   * Learns from an epoch.
   *
   * @param epoch the one that ended, from 0
   * @param meanLosses [K] means over its batches
   */
  default void endEpoch(int epoch, double[] meanLosses) {}

  /** What has been learned so far. */
  default BalanceState state() {
    return BalanceState.empty();
  }

  /** Continues from a state written by the same rule, options and tasks. */
  default void restore(BalanceState state) {}
}
