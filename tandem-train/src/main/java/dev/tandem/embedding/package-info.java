/**
 * Embedding tables in plain memory: looked up for a batch, their rows' gradients summed and
 * followed by row-sparse optimisers.
 *
 * <p>The graph never sees a table. A batch's {@link dev.tandem.embedding.Lookups} say which row
 * goes where in one flat array of values; the graph's gradient of that array comes back in the same
 * layout.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.embedding;
