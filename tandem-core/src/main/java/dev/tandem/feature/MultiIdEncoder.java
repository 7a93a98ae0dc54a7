package dev.tandem.feature;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Several ids per row, from a list or from a text cut at a separator. Null elements are skipped,
 * unknown ones keep their place as id 0, and all but the first {@code max} are dropped.
 *
 * @param separator cuts the text of a row; empty: the column is a list
 * @param weightSeparator cuts an element into value and weight; an element without a readable
 *     weight weighs 1
 * @param shares whether a row's weights are divided by the sum of their sizes, for a weighted mean
 * @param max 0: no limit
 */
record MultiIdEncoder(
    int field,
    InputColumn input,
    Vocabulary vocabulary,
    Optional<Split> separator,
    Optional<Split> weightSeparator,
    boolean shares,
    int max)
    implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    Writer writer = new Writer(into);
    int[] offsets = into.offsets(field);
    Column column = columns.get(0);
    for (int r = 0; r < rows; r++) {
      offsets[r] = writer.size;
      writer.rowStart = writer.size;
      if (column.isNull(r)) {
        continue;
      }
      if (column instanceof ListColumn lists) {
        for (int e = lists.offsets[r]; e < lists.offsets[r + 1] && writer.room(); e++) {
          if (!lists.elements.isNull(e)) {
            writer.element(lists.elements, e);
          }
        }
      } else if (column instanceof TextColumn texts) {
        separator
            .orElseThrow()
            .pieces(texts.bytes, texts.offsets[r], texts.offsets[r + 1], writer::piece);
      }
      if (shares) {
        writer.share();
      }
    }
    offsets[rows] = writer.size;
    counts.countUnseen(input.name(), writer.unseen);
    counts.countMalformed(input.name(), writer.malformed);
  }

  /** Appends to the flat ids of the field. */
  private final class Writer {
    private final Batch batch;
    private int[] ids;
    private int size;
    private int rowStart;
    private long unseen;
    private long malformed;

    Writer(Batch batch) {
      this.batch = batch;
      this.ids = batch.ids(field);
    }

    boolean room() {
      return max == 0 || size - rowStart < max;
    }

    void element(Column elements, int e) {
      if (elements instanceof TextColumn texts) {
        piece(texts.bytes, texts.offsets[e], texts.offsets[e + 1]);
      } else {
        ids = batch.reserveIds(field, size + 1);
        unseen += Keys.lookup(elements, e, 1, vocabulary, ids, size);
        size++;
      }
    }

    void piece(byte[] bytes, int from, int to) {
      if (!room()) {
        return;
      }
      ids = batch.reserveIds(field, size + 1);
      int end = to;
      if (weightSeparator.isPresent()) {
        end = weightSeparator.get().indexOf(bytes, from, to);
        batch.factors(field)[size] =
            end == to ? 1 : weight(bytes, end + weightSeparator.get().length(), to);
      }
      int id = ((TextVocabulary) vocabulary).id(bytes, from, end - from);
      unseen += id == 0 ? 1 : 0;
      ids[size++] = id;
    }

    /** Makes the row's weights shares; weights that are all 0 stay so. */
    void share() {
      float[] factors = batch.factors(field);
      double sum = 0;
      for (int i = rowStart; i < size; i++) {
        sum += Math.abs(factors[i]);
      }
      for (int i = rowStart; i < size && sum > 0; i++) {
        factors[i] = (float) (factors[i] / sum);
      }
    }

    private float weight(byte[] bytes, int from, int to) {
      String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      try {
        float weight = Float.parseFloat(text);
        if (Float.isFinite(weight)) {
          return weight;
        }
      } catch (NumberFormatException e) {
        // counted below, like a weight that is not finite
      }
      malformed++;
      return 1;
    }
  }
}
