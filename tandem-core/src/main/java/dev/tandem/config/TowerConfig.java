package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.List;

/**
 * The private layers of each task.
 *
 * @param units widths of the hidden layers; empty: the output layer alone
 * @param activation activation after each of them
 * @param dropout share of a layer's outputs dropped in training
 * @param norm normalisation before the activation
 */
@Doc("The private layers of each task.")
public record TowerConfig(
    @Doc("Widths of the hidden layers; the output layer follows by itself.")
        @Shorthand
        @Range(min = 1, max = 65536)
        List<Integer> units,
    @Doc("Activation after each hidden layer.") @Default("relu") Activation activation,
    @Doc("Share of a hidden layer's outputs that is dropped in training.")
        @Default("0.0")
        @Range(min = 0, max = 0.99)
        double dropout,
    @Doc("Normalisation of a hidden layer before its activation.") @Default("none") Norm norm) {

  /** Activation of a hidden layer. */
  public enum Activation {
    RELU,
    SIGMOID,
    TANH,
    SOFTPLUS,
    IDENTITY
  }

  /** Normalisation of a hidden layer. */
  public enum Norm {
    NONE,
    BATCH,
    LAYER
  }
}
