package dev.tandem.embedding;

/**
 * How the rows of a table follow their gradient. Every rule is row-sparse and lazy: only rows that
 * occur in a batch change, and only their moments move; bias corrections count all steps. The cost
 * of a step therefore does not grow with the table. {@code l2} adds {@code l2 · w} to the gradient
 * of the touched rows.
 */
public sealed interface RowOptimizer {
  /** Step size before any schedule. */
  double learningRate();

  /** L2 penalty on touched rows. */
  double l2();

  /** Floats of state that a row of the given width keeps beside its weights. */
  int stateFloats(int dim);

  /** Adam (Kingma and Ba, 2015), lazy as described above. */
  record Adam(double learningRate, double beta1, double beta2, double epsilon, double l2)
      implements RowOptimizer {
    /** The published constants. */
    public Adam(double learningRate) {
      this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    @Override
    public int stateFloats(int dim) {
      return 2 * dim;
    }
  }

  /** What every float of the state is at the start. */
  default float initialState() {
    return 0;
  }

  /** Adagrad (Duchi et al., 2011): one accumulator per weight, which begins at {@code initial}. */
  record Adagrad(double learningRate, double initial, double epsilon, double l2)
      implements RowOptimizer {
    /** From zero, epsilon 1e-10. */
    public Adagrad(double learningRate) {
      this(learningRate, 0, 1e-10, 0);
    }

    @Override
    public float initialState() {
      return (float) initial;
    }

    @Override
    public int stateFloats(int dim) {
      return dim;
    }
  }

  /** Adagrad with one accumulator per row: the mean of the squared gradient of its weights. */
  record RowwiseAdagrad(double learningRate, double initial, double epsilon, double l2)
      implements RowOptimizer {
    /** From zero, epsilon 1e-10. */
    public RowwiseAdagrad(double learningRate) {
      this(learningRate, 0, 1e-10, 0);
    }

    @Override
    public float initialState() {
      return (float) initial;
    }

    @Override
    public int stateFloats(int dim) {
      return 1;
    }
  }

  /**
   * FTRL-proximal (McMahan et al., 2013), per coordinate: two sums per weight, from which the
   * weight follows. For weights that start at zero. {@code proximal} is its own L2 penalty, beside
   * {@code l2}. Its steps shrink by themselves: no schedule touches them.
   */
  record Ftrl(double learningRate, double beta, double l1, double proximal, double l2)
      implements RowOptimizer {
    @Override
    public int stateFloats(int dim) {
      return 2 * dim;
    }
  }

  /** Plain gradient descent. */
  record Sgd(double learningRate, double l2) implements RowOptimizer {
    /** No penalty. */
    public Sgd(double learningRate) {
      this(learningRate, 0);
    }

    @Override
    public int stateFloats(int dim) {
      return 0;
    }
  }
}
