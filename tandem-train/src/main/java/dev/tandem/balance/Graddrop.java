package dev.tandem.balance;

import dev.tandem.schema.Doc;

/**
 * Gradient sign dropout (GradDrop; Chen et al., NeurIPS 2020): in each coordinate only the positive
 * or only the negative gradients are kept, the sign being drawn by the share that speaks for it.
 * The paper applies it to the shared representation; it works on whatever flat vectors the trainer
 * passes.
 */
@Doc("GradDrop: in each coordinate only gradients of one sign are kept, drawn by chance.")
public record Graddrop() implements Balancing {
  @Override
  public Balancer start(Shared shared) {
    return new Balancer() {
      @Override
      public boolean needsTaskGradients() {
        return true;
      }

      @Override
      public double[] weights(long step, int epoch, double[] losses) {
        return Weights.ones(shared.tasks());
      }

      @Override
      public void combine(long step, float[][] gradients, double[] losses, float[] into) {
        Draws draws = new Draws(shared.seed(), step);
        double[] column = new double[gradients.length];
        for (int p = 0; p < into.length; p++) {
          for (int k = 0; k < column.length; k++) {
            column[k] = gradients[k][p];
          }
          into[p] = (float) kept(column, draws.uniform());
        }
      }
    };
  }

  /** The positive share ½(1 + Σg/Σ|g|) of one coordinate; ½ where all are zero. */
  static double positiveShare(double[] column) {
    double sum = 0;
    double size = 0;
    for (double g : column) {
      sum += g;
      size += Math.abs(g);
    }
    return size > 0 ? (1 + sum / size) / 2 : 0.5;
  }

  /** The sum of the gradients of the sign that a uniform draw selects. */
  static double kept(double[] column, double draw) {
    boolean positive = positiveShare(column) > draw;
    double sum = 0;
    for (double g : column) {
      sum += positive == g > 0 ? g : 0;
    }
    return sum;
  }
}
