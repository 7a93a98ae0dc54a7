package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Side;
import java.util.Optional;

/**
 * A list of categorical values.
 *
 * @param column source column; empty: the feature's name
 * @param separator divides the values of a text column; empty: a list column
 * @param weightSeparator divides value and weight; empty: no weights
 * @param pooling how the values become one vector
 * @param max how many values are kept
 * @param dim width; empty: {@code features.dim}
 * @param minCount smallest count; empty: {@code features.min_count}
 * @param maxVocabulary largest vocabulary; empty: no limit
 * @param table table to share; empty: its own
 * @param side whom it describes
 */
@Doc("A list of categorical values, such as tags.")
public record MultiIdConfig(
    @Doc("Source column; the feature's name when absent.") Optional<String> column,
    @Doc("What divides the values of a text column; absent for list columns.")
        Optional<String> separator,
    @Doc("What divides a value from its weight, as in 12:0.5; absent without weights.")
        Optional<String> weightSeparator,
    @Doc("How the values become one vector.") @Default("mean") Pooling pooling,
    @Doc("How many values of a row are kept, the first ones.")
        @Default("100")
        @Range(min = 1, max = 100_000)
        int max,
    @Doc("Width of an embedding row; `features.dim` when absent.") @Range(min = 1, max = 4096)
        Optional<Integer> dim,
    @Doc("Values seen fewer times are treated as unknown; `features.min_count` when absent.")
        @Range(min = 1)
        Optional<Integer> minCount,
    @Doc("Keeps only that many of the most frequent values.") @Range(min = 1)
        Optional<Integer> maxVocabulary,
    @Doc("Name of the embedding table, to share another feature's; its own when absent.")
        Optional<String> table,
    @Doc("Whom it describes; as `features.sides` says when absent.") Optional<Side> side) {

  /** How the values of a row become one vector. */
  public enum Pooling {
    MEAN,
    SUM
  }
}
