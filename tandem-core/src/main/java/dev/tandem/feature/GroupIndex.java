package dev.tandem.feature;

/**
 * Numbers the groups of one data set from 1 in order of appearance; 0 is "no group". Not
 * thread-safe.
 */
public final class GroupIndex {
  private final LongVocabulary integers = new LongVocabulary(LongVocabulary.Meaning.INTEGER);
  private final TextVocabulary texts = new TextVocabulary();

  /** No groups yet. */
  public GroupIndex() {}

  /** The index of value {@code i} of {@code column}. */
  int of(Column column, int i) {
    if (column.isNull(i)) {
      return 0;
    } else if (column instanceof IntegerColumn c) {
      return integers.add(c.values[i]);
    } else if (column instanceof TextColumn c) {
      return texts.add(c.bytes, c.offsets[i], c.offsets[i + 1] - c.offsets[i]);
    }
    throw new IllegalArgumentException(
        "a group column is read as INTEGER or TEXT, not " + column.type());
  }
}
