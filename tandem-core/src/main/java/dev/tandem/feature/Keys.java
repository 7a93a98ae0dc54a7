package dev.tandem.feature;

/** Looks values of a column up in a vocabulary of the matching type. */
final class Keys {
  private Keys() {}

  /** The type in which a column is read so that its values can be found in {@code vocabulary}. */
  static ColumnType type(Vocabulary vocabulary) {
    return vocabulary instanceof LongVocabulary longs
        ? longs.meaning() == LongVocabulary.Meaning.INTEGER ? ColumnType.INTEGER : ColumnType.REAL
        : ColumnType.TEXT;
  }

  /**
   * Writes the ids of {@code count} values to {@code ids}, 0 for null; the number of values that
   * are unknown.
   */
  static long lookup(Column column, int from, int count, Vocabulary vocabulary, int[] ids, int to) {
    if (column instanceof IntegerColumn c && vocabulary instanceof LongVocabulary v) {
      return integers(c, from, count, v, ids, to);
    } else if (column instanceof RealColumn c && vocabulary instanceof LongVocabulary v) {
      return reals(c, from, count, v, ids, to);
    } else if (column instanceof TextColumn c && vocabulary instanceof TextVocabulary v) {
      return texts(c, from, count, v, ids, to);
    }
    throw new IllegalArgumentException(
        "a column of " + column.type() + " for a vocabulary of " + type(vocabulary));
  }

  private static long integers(
      IntegerColumn c, int from, int count, LongVocabulary v, int[] ids, int to) {
    v.ids(c.values, from, count, ids, to);
    return unseen(c, from, count, ids, to);
  }

  private static long reals(
      RealColumn c, int from, int count, LongVocabulary v, int[] ids, int to) {
    long[] bits = new long[Math.min(count, 1024)];
    for (int first = 0; first < count; first += bits.length) {
      int some = Math.min(bits.length, count - first);
      for (int i = 0; i < some; i++) {
        bits[i] = LongVocabulary.bits(c.values[from + first + i]);
      }
      v.ids(bits, 0, some, ids, to + first);
    }
    return unseen(c, from, count, ids, to);
  }

  private static long texts(
      TextColumn c, int from, int count, TextVocabulary v, int[] ids, int to) {
    v.ids(c.bytes, c.offsets, from, count, ids, to);
    return unseen(c, from, count, ids, to);
  }

  /** Makes the ids of missing values 0; how many of the others are unknown. */
  private static long unseen(Column c, int from, int count, int[] ids, int to) {
    long unseen = 0;
    for (int i = 0; i < count; i++) {
      if (c.isNull(from + i)) {
        ids[to + i] = 0;
      } else {
        unseen += ids[to + i] == 0 ? 1 : 0;
      }
    }
    return unseen;
  }
}
