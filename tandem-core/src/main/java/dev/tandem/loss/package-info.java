/** Losses of the tasks and penalties, as nodes of a graph. */
@NullMarked
package dev.tandem.loss;

import org.jspecify.annotations.NullMarked;
