package dev.tandem.schema;

/**
 * Whom a feature describes; ranking computes what depends on the user and the context alone once
 * per request.
 */
public enum Side {
  USER,
  ITEM,
  CONTEXT,
  UNKNOWN
}
