/** Reports of runs and comparisons as self-contained HTML. */
@NullMarked
package dev.tandem.report;

import org.jspecify.annotations.NullMarked;
