/** Fitted vocabularies and transforms, and the batches of primitive arrays that they yield. */
@NullMarked
package dev.tandem.feature;

import org.jspecify.annotations.NullMarked;
