/** Public data sets in the form in which they are published, and how they become Parquet files. */
@NullMarked
package dev.tandem.source;

import org.jspecify.annotations.NullMarked;
