/** The symbolic graph of a model: nodes, operators, shapes, differentiation and rewrites. */
@NullMarked
package dev.tandem.graph;

import org.jspecify.annotations.NullMarked;
