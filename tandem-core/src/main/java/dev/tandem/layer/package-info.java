/** Functions that add well-known blocks to a graph. */
@NullMarked
package dev.tandem.layer;

import org.jspecify.annotations.NullMarked;
