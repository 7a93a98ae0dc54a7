package dev.tandem.feature;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A row's steps, the most recent first, at most {@code max}: one id per step and table. All columns
 * of a row must list the same number of steps; where one is shorter, its missing steps are id 0.
 *
 * @param vocabularies per column
 */
record SequenceEncoder(
    int sequence,
    List<InputColumn> inputs,
    List<Vocabulary> vocabularies,
    Optional<Split> separator,
    boolean oldestFirst,
    int max)
    implements Encoder {
  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    int[] offsets = into.sequenceOffsets(sequence);
    Elements[] elements = new Elements[columns.size()];
    for (int t = 0; t < elements.length; t++) {
      elements[t] = new Elements(columns.get(t), vocabularies.get(t), separator);
    }
    int size = 0;
    for (int r = 0; r < rows; r++) {
      offsets[r] = size;
      int length = 0;
      for (Elements column : elements) {
        length = Math.max(length, column.row(r));
      }
      int kept = Math.min(max, length);
      into.reserveSteps(sequence, size + kept);
      for (int t = 0; t < elements.length; t++) {
        int[] ids = into.sequenceIds(sequence, t);
        for (int k = 0; k < kept; k++) {
          ids[size + k] = elements[t].id(oldestFirst ? length - 1 - k : k);
        }
      }
      size += kept;
    }
    offsets[rows] = size;
    for (int t = 0; t < elements.length; t++) {
      counts.countUnseen(inputs.get(t).name(), elements[t].unseen);
    }
  }

  /** The elements of one column in one row after the other, as ids. */
  private static final class Elements {
    private final Column column;
    private final Vocabulary vocabulary;
    private final Optional<Split> separator;
    private int[] ids = new int[64];
    private int length;
    private long unseen;

    Elements(Column column, Vocabulary vocabulary, Optional<Split> separator) {
      this.column = column;
      this.vocabulary = vocabulary;
      this.separator = separator;
    }

    int row(int r) {
      length = 0;
      if (column.isNull(r)) {
        return 0;
      }
      if (column instanceof ListColumn lists) {
        int from = lists.offsets[r];
        int n = lists.offsets[r + 1] - from;
        reserve(n);
        unseen += Keys.lookup(lists.elements, from, n, vocabulary, ids, 0);
        length = n;
      } else {
        TextColumn texts = (TextColumn) column;
        separator
            .orElseThrow()
            .pieces(texts.bytes, texts.offsets[r], texts.offsets[r + 1], this::piece);
      }
      return length;
    }

    int id(int step) {
      return step < length ? ids[step] : 0;
    }

    private void piece(byte[] bytes, int from, int to) {
      reserve(length + 1);
      int id = ((TextVocabulary) vocabulary).id(bytes, from, to - from);
      unseen += id == 0 ? 1 : 0;
      ids[length++] = id;
    }

    private void reserve(int n) {
      if (ids.length < n) {
        ids = Arrays.copyOf(ids, n * 2);
      }
    }
  }
}
