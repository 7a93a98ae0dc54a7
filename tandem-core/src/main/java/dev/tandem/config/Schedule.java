package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;

/**
 * How the learning rates change: a factor on both of them.
 *
 * @param warmUp steps over which the factor rises linearly from 0 to 1
 * @param decay how it falls afterwards
 */
@Doc("How the learning rates change: a factor on both of them.")
public record Schedule(
    @Doc("Steps over which the factor rises linearly to 1.") @Default("0") @Range(min = 0)
        long warmUp,
    @Doc("How the factor falls after the warm-up.") @Default("constant") Decay decay) {

  /** How the factor falls. */
  public sealed interface Decay {}

  /** It stays 1. */
  @Doc("The rate stays.")
  public record Constant() implements Decay {}

  /**
   * Linearly, reaching {@code to} at the last step.
   *
   * @param to last factor
   */
  @Doc("Linearly, to the last step.")
  public record Linear(
      @Doc("Factor at the last step.") @Default("0.0") @Range(min = 0, max = 1) @Shorthand
          double to)
      implements Decay {}

  /**
   * Along half a cosine, reaching {@code to} at the last step.
   *
   * @param to last factor
   */
  @Doc("Along half a cosine, to the last step.")
  public record Cosine(
      @Doc("Factor at the last step.") @Default("0.0") @Range(min = 0, max = 1) @Shorthand
          double to)
      implements Decay {}

  /**
   * By a factor per epoch.
   *
   * @param rate factor per epoch
   */
  @Doc("By a constant factor after every epoch.")
  public record Exponential(
      @Doc("Factor per epoch.") @Default("0.9") @Range(min = 0.000001, max = 1) @Shorthand
          double rate)
      implements Decay {}
}
