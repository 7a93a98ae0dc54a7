package dev.tandem.feature;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One id per row from the texts of several columns joined by the unit separator (U+001F); null when
 * one of them is null.
 *
 * @param vocabulary the known combinations; empty: hashed into {@code buckets} ids
 */
record CrossEncoder(
    int field,
    String name,
    List<InputColumn> inputs,
    Optional<TextVocabulary> vocabulary,
    int buckets)
    implements Encoder {
  /** What stands between the texts. */
  static final byte SEPARATOR = 0x1F;

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    int[] ids = into.ids(field);
    byte[] key = new byte[64];
    long unseen = 0;
    for (int r = 0; r < rows; r++) {
      int length = 0;
      for (int c = 0; c < columns.size() && length >= 0; c++) {
        TextColumn column = (TextColumn) columns.get(c);
        if (column.isNull(r)) {
          length = -1;
          break;
        }
        int start = column.offsets[r];
        int size = column.offsets[r + 1] - start;
        if (length + size + 1 > key.length) {
          key = Arrays.copyOf(key, 2 * (length + size + 1));
        }
        if (c > 0) {
          key[length++] = SEPARATOR;
        }
        System.arraycopy(column.bytes, start, key, length, size);
        length += size;
      }
      if (length < 0) {
        ids[r] = 0;
      } else if (vocabulary.isPresent()) {
        ids[r] = vocabulary.get().id(key, 0, length);
        unseen += ids[r] == 0 ? 1 : 0;
      } else {
        ids[r] = 1 + (int) Long.remainderUnsigned(Mix.of(key, 0, length), buckets);
      }
    }
    counts.countUnseen(name, unseen);
  }

  /** The text under which a vocabulary keeps a combination. */
  static String key(List<String> values) {
    return String.join(new String(new byte[] {SEPARATOR}, StandardCharsets.UTF_8), values);
  }
}
