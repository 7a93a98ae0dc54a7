/** Models compared over seeds and data sets. */
@NullMarked
package dev.tandem.experiment;

import org.jspecify.annotations.NullMarked;
