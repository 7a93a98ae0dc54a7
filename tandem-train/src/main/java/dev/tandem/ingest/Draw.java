package dev.tandem.ingest;

import java.util.List;

/**
 * Random numbers in SQL that depend on a row's key and a seed alone, never on the order in which
 * threads see the rows: the 32-bit finaliser of MurmurHash3 over the two halves of the key.
 */
final class Draw {
  /** Arithmetic stays below 2^64 because both factors stay below 2^32. */
  static final List<String> MACROS =
      List.of(
          "CREATE TEMP MACRO tandem_mix1(x) AS ((xor(x, x >> 16) * 2246822507::UBIGINT) & 4294967295::UBIGINT)",
          "CREATE TEMP MACRO tandem_mix2(x) AS ((xor(x, x >> 13) * 3266489909::UBIGINT) & 4294967295::UBIGINT)",
          "CREATE TEMP MACRO tandem_mix3(x) AS xor(x, x >> 16)",
          "CREATE TEMP MACRO tandem_mix(x) AS tandem_mix3(tandem_mix2(tandem_mix1(x)))",
          "CREATE TEMP MACRO tandem_draw(k, seed) AS tandem_mix(xor(tandem_mix(xor(k & 4294967295::UBIGINT, seed)), k >> 32))");

  private Draw() {}

  /**
   * A number from 0 to 2^32 − 1 for each value of {@code key}, an SQL expression of an unsigned
   * 64-bit integer.
   */
  static String of(String key, long seed) {
    long folded = (seed ^ (seed >>> 32)) & 0xFFFFFFFFL;
    return "tandem_draw(" + key + ", tandem_mix(" + folded + "::UBIGINT))";
  }

  /** The key of a row by its number. */
  static String rowKey(String row) {
    return row + "::UBIGINT";
  }

  /** The key of a value by its text; rows without a value have keys of their own. */
  static String valueKey(String value, String row) {
    return "coalesce(hash(" + value + "::VARCHAR), " + rowKey(row) + ")";
  }
}
