/** Files read by DuckDB, checked, split and written as encoded columns. */
@NullMarked
package dev.tandem.ingest;

import org.jspecify.annotations.NullMarked;
