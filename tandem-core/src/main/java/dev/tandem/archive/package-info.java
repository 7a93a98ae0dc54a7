/** The model archive on disk: all that was fitted, in one checksummed file. */
@NullMarked
package dev.tandem.archive;

import org.jspecify.annotations.NullMarked;
