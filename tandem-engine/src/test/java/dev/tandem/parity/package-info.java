/**
 * Cases computed by an independent implementation, and how each family of models is built from
 * them.
 */
@NullMarked
package dev.tandem.parity;

import org.jspecify.annotations.NullMarked;
