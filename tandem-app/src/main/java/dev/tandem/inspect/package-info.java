/** Looks into trained models: gates, experts, embeddings, and what predictions depend on. */
@NullMarked
package dev.tandem.inspect;

import org.jspecify.annotations.NullMarked;
