package dev.tandem.balance;

import java.util.Arrays;

/** The learned scales of IMTL-L: the loss Σ e^s L − s, at whose optimum every e^s·L is 1. */
final class LearnedScales {
  private final ScalarAdam learned;

  LearnedScales(int tasks, double rate) {
    learned = new ScalarAdam(rate, 0, new double[tasks]);
  }

  double[] factors() {
    return Arrays.stream(learned.values()).map(Math::exp).toArray();
  }

  void observe(double[] losses) {
    learned.step(gradient(learned.values(), losses));
  }

  BalanceState state() {
    return BalanceState.of(learned.state());
  }

  void restore(BalanceState state) {
    learned.restore(state);
  }

  static double loss(double[] s, double[] losses) {
    double sum = 0;
    for (int i = 0; i < s.length; i++) {
      sum += Math.exp(s[i]) * losses[i] - s[i];
    }
    return sum;
  }

  static double[] gradient(double[] s, double[] losses) {
    double[] gradient = new double[s.length];
    Arrays.setAll(gradient, i -> Math.exp(s[i]) * losses[i] - 1);
    return gradient;
  }
}
