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
    long unseen = 0;
    for (int i = 0; i < count; i++) {
      if (c.isNull(from + i)) {
        ids[to + i] = 0;
      } else {
        int id = v.id(c.values[from + i]);
        ids[to + i] = id;
        unseen += id == 0 ? 1 : 0;
      }
    }
    return unseen;
  }

  private static long reals(
      RealColumn c, int from, int count, LongVocabulary v, int[] ids, int to) {
    long unseen = 0;
    for (int i = 0; i < count; i++) {
      if (c.isNull(from + i)) {
        ids[to + i] = 0;
      } else {
        int id = v.id(LongVocabulary.bits(c.values[from + i]));
        ids[to + i] = id;
        unseen += id == 0 ? 1 : 0;
      }
    }
    return unseen;
  }

  private static long texts(
      TextColumn c, int from, int count, TextVocabulary v, int[] ids, int to) {
    long unseen = 0;
    for (int i = 0; i < count; i++) {
      if (c.isNull(from + i)) {
        ids[to + i] = 0;
      } else {
        int start = c.offsets[from + i];
        int id = v.id(c.bytes, start, c.offsets[from + i + 1] - start);
        ids[to + i] = id;
        unseen += id == 0 ? 1 : 0;
      }
    }
    return unseen;
  }
}
