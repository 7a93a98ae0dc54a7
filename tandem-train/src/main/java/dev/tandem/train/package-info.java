/** Optimisers, the trainer with its schedule and checkpoints, and the evaluator. */
@NullMarked
package dev.tandem.train;

import org.jspecify.annotations.NullMarked;
