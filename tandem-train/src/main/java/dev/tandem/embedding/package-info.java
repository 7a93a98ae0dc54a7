/** Embedding tables in plain memory, with row-sparse optimisers, admission and eviction. */
@NullMarked
package dev.tandem.embedding;

import org.jspecify.annotations.NullMarked;
