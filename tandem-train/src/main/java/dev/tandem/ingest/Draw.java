package dev.tandem.ingest;

/**
 * Random numbers in SQL that depend on a row's key and a seed alone, never on the order in which
 * threads see the rows. They come from the engine's own hash: as fast as reading a column, whereas
 * a hash written in SQL costs more than all of the encoding. It is the same on every machine, and
 * the engine's version is part of the fingerprint.
 */
final class Draw {
  private Draw() {}

  /** A number from 0 to 2^64 − 1 for each value of {@code key}, an SQL expression. */
  static String of(String key, long seed) {
    return "hash(" + key + ", " + seed + "::BIGINT)";
  }

  /** The key of a row by its number. */
  static String rowKey(String row) {
    return row;
  }

  /** The key of a value by its text; rows without a value have keys of their own. */
  static String valueKey(String value, String row) {
    return "coalesce(" + value + "::VARCHAR, chr(0) || " + row + "::VARCHAR)";
  }
}
