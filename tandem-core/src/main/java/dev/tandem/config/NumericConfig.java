package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.Side;
import java.util.List;
import java.util.Optional;

/**
 * A number.
 *
 * @param encodings how it enters the model
 * @param column source column; empty: the feature's name
 * @param side whom it describes; empty: as {@code features.sides} says
 */
@Doc("A number.")
public record NumericConfig(
    @Doc("How it enters the model; several encodings may be combined.")
        @Default("[standardise, quantile_buckets]")
        @Shorthand
        List<Encoding> encodings,
    @Doc("Source column; the feature's name when absent.") Optional<String> column,
    @Doc("Whom it describes; as `features.sides` says when absent.") Optional<Side> side) {

  /** How a number enters the model. */
  public sealed interface Encoding {}

  /**
   * Standardised.
   *
   * @param clip limit in standard deviations
   */
  @Doc("Minus the mean, divided by the standard deviation; a missing number is 0.")
  public record Standardise(
      @Doc("The result is kept within plus and minus this many standard deviations.")
          @Default("10.0")
          @Range(min = 0.1, max = 1e6)
          double clip)
      implements Encoding {}

  /**
   * Logarithm, then standardised.
   *
   * @param clip limit in standard deviations
   */
  @Doc("sign(v) ln(1 + |v|), then standardised; for counts and amounts.")
  public record Log(
      @Doc("The result is kept within plus and minus this many standard deviations.")
          @Default("10.0")
          @Range(min = 0.1, max = 1e6)
          double clip)
      implements Encoding {}

  /**
   * Embedding of the bucket floor((ln v)^2).
   *
   * @param dim width; empty: {@code features.dim}
   * @param minCount smallest count of a bucket
   */
  @Doc("An embedding of floor((ln v)^2) for v > 2, of v's integer part otherwise.")
  public record Log2Buckets(
      @Doc("Width of the embedding; `features.dim` when absent.") @Range(min = 1, max = 4096)
          Optional<Integer> dim,
      @Doc("Buckets seen fewer times are treated as unknown.") @Default("1") @Range(min = 1)
          int minCount)
      implements Encoding {}

  /**
   * Embedding of the quantile bucket.
   *
   * @param count number of buckets
   * @param dim width; empty: {@code features.dim}
   */
  @Doc("An embedding of the interval between two training quantiles that holds the number.")
  public record QuantileBuckets(
      @Doc("The largest number of intervals; equal quantiles are merged.")
          @Default("50")
          @Range(min = 2, max = 100_000)
          int count,
      @Doc("Width of the embedding; `features.dim` when absent.") @Range(min = 1, max = 4096)
          Optional<Integer> dim)
      implements Encoding {}

  /**
   * A learned vector times the number.
   *
   * @param dim width; empty: {@code features.dim}
   */
  @Doc("A learned vector times the standardised number.")
  public record Scaled(
      @Doc("Width of the vector; `features.dim` when absent.") @Range(min = 1, max = 4096)
          Optional<Integer> dim)
      implements Encoding {}
}
