package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Optional;

/**
 * How weights and embedding rows move.
 *
 * @param dense optimiser of the network's weights
 * @param embedding optimiser of the embedding rows; touches only the rows of the batch
 * @param linear optimiser of the first-order weights; empty: as the embedding rows
 * @param gates optimiser of gates that are weights of their own; empty: as the network's weights
 * @param connections optimiser of connections that open and close; empty: likewise
 */
@Doc("How weights and embedding rows move: a name, {name: learning rate}, or {name: {lr: …}}.")
public record OptimizerConfig(
    @Doc("Optimiser of the network's weights.") @Default("{adam: 0.001}") Dense dense,
    @Doc("Optimiser of the embedding rows; a step touches only the rows of its batch.")
        @Default("{adam: 0.001}")
        Embedding embedding,
    @Doc("Optimiser of the first-order weights (Wide & Deep, FM, …); as embedding when absent.")
        Optional<Linear> linear,
    @Doc("Optimiser of gates that are weights of their own (DEPHN's tvg); as dense when absent.")
        Optional<Dense> gates,
    @Doc("Optimiser of the log-odds of connections (SNR); as dense when absent.")
        Optional<Dense> connections) {

  /** An optimiser of dense weights. */
  public sealed interface Dense {
    /** Learning rate before the schedule. */
    double lr();
  }

  /** An optimiser of first-order weights, which start at zero. */
  public sealed interface Linear {
    /** Learning rate before the schedule, if it follows one. */
    double lr();
  }

  /** An optimiser of embedding rows. */
  public sealed interface Embedding extends Linear {}

  /**
   * Adam with bias correction; for embedding rows the moments of rows outside the batch stay as
   * they are.
   *
   * @param lr learning rate
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   */
  @Doc("Adam (Kingma and Ba, 2015).")
  public record Adam(
      @Doc("Learning rate.") @Default("0.001") @Range(min = 0, max = 100) double lr,
      @Doc("Decay of the first moment.") @Default("0.9") @Range(min = 0, max = 0.9999999)
          double beta1,
      @Doc("Decay of the second moment.") @Default("0.999") @Range(min = 0, max = 0.9999999)
          double beta2,
      @Doc("Added to the root of the second moment.")
          @Default("1.0E-8")
          @Range(min = 1e-30, max = 1)
          double epsilon)
      implements Dense, Embedding {}

  /**
   * Adam with decoupled weight decay, whose factor is {@code train.weight_decay}.
   *
   * @param lr learning rate
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   */
  @Doc("Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).")
  public record Adamw(
      @Doc("Learning rate.") @Default("0.001") @Range(min = 0, max = 100) double lr,
      @Doc("Decay of the first moment.") @Default("0.9") @Range(min = 0, max = 0.9999999)
          double beta1,
      @Doc("Decay of the second moment.") @Default("0.999") @Range(min = 0, max = 0.9999999)
          double beta2,
      @Doc("Added to the root of the second moment.")
          @Default("1.0E-8")
          @Range(min = 1e-30, max = 1)
          double epsilon)
      implements Dense {}

  /**
   * Stochastic gradient descent.
   *
   * @param lr learning rate
   * @param momentum share of the last step that is repeated; dense weights only
   */
  @Doc("Stochastic gradient descent.")
  public record Sgd(
      @Doc("Learning rate.") @Default("0.01") @Range(min = 0, max = 100) double lr,
      @Doc("Share of the last step that is repeated; dense weights only.")
          @Default("0.0")
          @Range(min = 0, max = 0.9999)
          double momentum)
      implements Dense, Embedding {}

  /**
   * Adagrad.
   *
   * @param lr learning rate
   * @param initial start value of the sums of squares
   * @param epsilon added to their root
   */
  @Doc("Adagrad (Duchi et al., 2011), one sum of squares per number.")
  public record Adagrad(
      @Doc("Learning rate.") @Default("0.01") @Range(min = 0, max = 100) double lr,
      @Doc("Start value of the sums of squares.") @Default("0.1") @Range(min = 0, max = 1e6)
          double initial,
      @Doc("Added to the root of the sums.") @Default("1.0E-10") @Range(min = 0, max = 1)
          double epsilon)
      implements Embedding {}

  /**
   * Adagrad with one sum of squares per row.
   *
   * @param lr learning rate
   * @param initial start value of the sums of squares
   * @param epsilon added to their root
   */
  @Doc("Adagrad with one mean of squares per row: four bytes of state per row.")
  public record RowwiseAdagrad(
      @Doc("Learning rate.") @Default("0.01") @Range(min = 0, max = 100) double lr,
      @Doc("Start value of the sums of squares.") @Default("0.1") @Range(min = 0, max = 1e6)
          double initial,
      @Doc("Added to the root of the sums.") @Default("1.0E-10") @Range(min = 0, max = 1)
          double epsilon)
      implements Embedding {}

  /**
   * FTRL-proximal: what the gradients seen so far ask of a weight, drawn to zero by two penalties.
   * Its weights are a function of its state, so it is for those that start at zero; its steps
   * shrink by themselves, without the schedule.
   *
   * @param lr its α
   * @param beta added to the root of the sum of squares
   * @param l1 weights whose sum of gradients stays within it are exactly zero
   * @param l2 L2 penalty of every weight, touched or not
   */
  @Doc("FTRL-proximal, per coordinate (McMahan et al., 2013).")
  public record Ftrl(
      @Doc("Learning rate, the paper's alpha.") @Default("0.05") @Range(min = 1e-6, max = 100)
          double lr,
      @Doc("Added to the root of the sum of squares.") @Default("1.0") @Range(min = 0, max = 1e6)
          double beta,
      @Doc("L1 penalty: weights with less evidence than that are exactly zero.")
          @Default("0.0")
          @Range(min = 0, max = 1e6)
          double l1,
      @Doc("L2 penalty.") @Default("0.0") @Range(min = 0, max = 1e6) double l2)
      implements Linear {}
}
