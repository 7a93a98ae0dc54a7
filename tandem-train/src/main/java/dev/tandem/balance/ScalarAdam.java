package dev.tandem.balance;

import java.util.HashMap;
import java.util.Map;

/** Adam (Kingma and Ba, ICLR 2015) over one learned value per task. */
final class ScalarAdam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final double rate;
  private final double decay;
  private final double[] values;
  private final double[] first;
  private final double[] second;
  private final double[] steps = new double[1];

  /**
   * @param rate learning rate
   * @param decay L2 weight decay, added to the gradient
   * @param values starting values, changed in place
   */
  ScalarAdam(double rate, double decay, double[] values) {
    this.rate = rate;
    this.decay = decay;
    this.values = values;
    first = new double[values.length];
    second = new double[values.length];
  }

  double[] values() {
    return values;
  }

  void step(double[] gradient) {
    double t = ++steps[0];
    for (int i = 0; i < values.length; i++) {
      double g = gradient[i] + decay * values[i];
      first[i] = BETA1 * first[i] + (1 - BETA1) * g;
      second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
      double m = first[i] / (1 - Math.pow(BETA1, t));
      double v = second[i] / (1 - Math.pow(BETA2, t));
      values[i] -= rate * m / (Math.sqrt(v) + EPSILON);
    }
  }

  Map<String, double[]> state() {
    Map<String, double[]> state = new HashMap<>();
    state.put("values", values);
    state.put("first", first);
    state.put("second", second);
    state.put("steps", steps);
    return state;
  }

  void restore(BalanceState state) {
    state.read("values", values);
    state.read("first", first);
    state.read("second", second);
    state.read("steps", steps);
  }
}
