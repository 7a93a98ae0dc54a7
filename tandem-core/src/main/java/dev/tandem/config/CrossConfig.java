package dev.tandem.config;

import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.Side;
import java.util.List;
import java.util.Optional;

/**
 * A combination of columns as one categorical value.
 *
 * @param columns at least two
 * @param hashBuckets rows that the combination is hashed into; empty: a vocabulary
 * @param dim width; 0: a first-order weight alone; empty: {@code features.dim}
 * @param minCount smallest count; empty: {@code features.min_count}
 * @param maxVocabulary largest vocabulary; empty: no limit
 * @param side whom it describes
 */
@Doc("A combination of columns as one categorical value.")
public record CrossConfig(
    @Doc("The columns to combine, at least two.") @Shorthand List<String> columns,
    @Doc("Hashes the combination into that many rows; a vocabulary of its own when absent.")
        @Range(min = 2, max = 1e9)
        Optional<Integer> hashBuckets,
    @Doc(
            "Width of an embedding row; 0: none but a first-order weight, for the wide part of a model; `features.dim` when absent.")
        @Range(min = 0, max = 4096)
        Optional<Integer> dim,
    @Doc("Values seen fewer times are treated as unknown; `features.min_count` when absent.")
        @Range(min = 1)
        Optional<Integer> minCount,
    @Doc("Keeps only that many of the most frequent values.") @Range(min = 1)
        Optional<Integer> maxVocabulary,
    @Doc("Whom it describes; as `features.sides` says when absent.") Optional<Side> side) {}
