/** The pure-Java interpreter of a graph: a row in, named probabilities out. */
@NullMarked
package dev.tandem.scoring;

import org.jspecify.annotations.NullMarked;
