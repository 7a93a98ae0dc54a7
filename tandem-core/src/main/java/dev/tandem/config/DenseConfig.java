package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import dev.tandem.schema.Side;
import java.util.Optional;

/**
 * A ready-made vector.
 *
 * @param size number of elements
 * @param column source column; empty: the feature's name
 * @param separator divides the numbers of a text column; empty: a list column
 * @param standardise whether the elements are standardised
 * @param side whom it describes
 */
@Doc("A ready-made vector, such as the output of a text model.")
public record DenseConfig(
    @Doc("Number of elements.") @Shorthand @Range(min = 1, max = 65_536) int size,
    @Doc("Source column; the feature's name when absent.") Optional<String> column,
    @Doc("What divides the numbers of a text column; absent for list columns.")
        Optional<String> separator,
    @Doc("Whether each element is standardised.") @Default("false") boolean standardise,
    @Doc("Whom it describes; as `features.sides` says when absent.") Optional<Side> side) {}
