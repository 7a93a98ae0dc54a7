package dev.tandem.train;

import dev.tandem.config.OptimizerConfig;
import dev.tandem.config.OptimizerConfig.Adam;
import dev.tandem.config.OptimizerConfig.Adamw;
import dev.tandem.config.OptimizerConfig.Sgd;
import java.util.List;

/**
 * Moves the dense weights along their gradient, as flat loops over plain arrays with one store
 * each. Ranges may be handled by several threads at once.
 */
final class DenseOptimizer {
  private final List<Range> ranges;
  private final float[] first;
  private final float[] second;

  /**
   * Weights that move by one rule.
   *
   * @param end place after the last of them; they begin where those of the range before end
   * @param rule how they move
   * @param decay their L2 decay; apart from the gradient with AdamW
   */
  record Range(int end, OptimizerConfig.Dense rule, double decay) {
    boolean isAdam() {
      return rule instanceof Adam || rule instanceof Adamw;
    }

    boolean hasMomentum() {
      return rule instanceof Sgd sgd && sgd.momentum() > 0;
    }
  }

  /** An optimiser of {@code size} weights, its state at zero. */
  DenseOptimizer(List<Range> ranges, int size) {
    this.ranges = List.copyOf(ranges);
    boolean adam = ranges.stream().anyMatch(Range::isAdam);
    boolean momentum = ranges.stream().anyMatch(Range::hasMomentum);
    this.first = new float[adam || momentum ? size : 0];
    this.second = new float[adam ? size : 0];
  }

  /** First moment or momentum; empty if no rule has one. */
  float[] first() {
    return first;
  }

  /** Second moment; empty if no rule has one. */
  float[] second() {
    return second;
  }

  /**
   * Moves {@code w[from … to − 1]}; {@code g} is used up.
   *
   * @param step from 1
   * @param factor on the learning rates
   */
  void apply(float[] w, float[] g, int from, int to, long step, double factor) {
    int at = from;
    for (Range range : ranges) {
      int end = Math.min(to, range.end());
      if (at < end) {
        apply(range, w, g, at, end, step, factor);
        at = end;
      }
    }
  }

  private void apply(
      Range range, float[] w, float[] g, int from, int to, long step, double factor) {
    float shrink = (float) range.decay();
    if (shrink != 0 && !(range.rule() instanceof Adamw)) {
      for (int i = from; i < to; i++) {
        g[i] = g[i] + shrink * w[i];
      }
    }
    if (range.rule() instanceof Adam adam) {
      double rate = adam.lr() * factor;
      adam(w, g, from, to, step, rate, adam.beta1(), adam.beta2(), adam.epsilon());
    } else if (range.rule() instanceof Adamw adamw) {
      double rate = adamw.lr() * factor;
      float keep = (float) (1 - rate * shrink);
      if (keep != 1f) {
        for (int i = from; i < to; i++) {
          w[i] = keep * w[i];
        }
      }
      adam(w, g, from, to, step, rate, adamw.beta1(), adamw.beta2(), adamw.epsilon());
    } else if (range.rule() instanceof Sgd sgd) {
      descend(w, g, from, to, (float) (sgd.lr() * factor), (float) sgd.momentum());
    }
  }

  private void adam(
      float[] w,
      float[] g,
      int from,
      int to,
      long step,
      double lr,
      double decay1,
      double decay2,
      double eps) {
    float beta1 = (float) decay1;
    float beta2 = (float) decay2;
    float rest1 = (float) (1 - decay1);
    float rest2 = (float) (1 - decay2);
    double correction2 = Math.sqrt(1 - StrictMath.pow(decay2, (double) step));
    float rate = (float) (lr * correction2 / (1 - StrictMath.pow(decay1, (double) step)));
    float epsilon = (float) (eps * correction2);
    float[] m = first;
    float[] v = second;
    for (int i = from; i < to; i++) {
      m[i] = beta1 * m[i] + rest1 * g[i];
    }
    for (int i = from; i < to; i++) {
      v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    }
    for (int i = from; i < to; i++) {
      w[i] = w[i] - rate * m[i] / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }

  private void descend(float[] w, float[] g, int from, int to, float rate, float momentum) {
    float[] m = first;
    if (momentum == 0) {
      for (int i = from; i < to; i++) {
        w[i] = w[i] - rate * g[i];
      }
      return;
    }
    for (int i = from; i < to; i++) {
      m[i] = momentum * m[i] + g[i];
    }
    for (int i = from; i < to; i++) {
      w[i] = w[i] - rate * m[i];
    }
  }
}
