package dev.tandem.schema;

/**
 * How several embedding rows of one field become one vector. {@code NONE}: the field always has
 * exactly one row.
 */
public enum Pooling {
  NONE,
  MEAN,
  SUM
}
