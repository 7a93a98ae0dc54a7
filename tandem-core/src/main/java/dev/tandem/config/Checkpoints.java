package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.Optional;

/**
 * What is kept on the way, to resume from.
 *
 * @param every steps between two checkpoints; empty: at the end of every epoch only
 * @param keep how many of the latest are kept
 */
@Doc("What is kept on the way, to resume from.")
public record Checkpoints(
    @Doc("Steps between two checkpoints; only at the end of every epoch when absent.")
        @Range(min = 1)
        Optional<Long> every,
    @Doc("How many of the latest are kept.") @Default("2") @Range(min = 1, max = 1000) int keep) {}
