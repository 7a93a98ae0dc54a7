/** Event logs with known truth, drawn from a seeded generator. */
@NullMarked
package dev.tandem.simulate;

import org.jspecify.annotations.NullMarked;
