/** Batches of columns, made in Java, on their way into Parquet files. */
@NullMarked
package dev.tandem.parquet;

import org.jspecify.annotations.NullMarked;
