package dev.tandem.feature;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * One id per row: the squared-logarithm bucket of a number, looked up among those of the training
 * part.
 */
record Log2Encoder(int field, InputColumn input, String table, LongVocabulary vocabulary)
    implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    RealColumn column = (RealColumn) columns.get(0);
    int[] ids = into.ids(field);
    long unseen = 0;
    for (int r = 0; r < rows; r++) {
      if (Numbers.missing(column, r)) {
        ids[r] = 0;
      } else {
        ids[r] = vocabulary.id(Numbers.log2Bucket(column.values[r]));
        unseen += ids[r] == 0 ? 1 : 0;
      }
    }
    counts.countUnseen(input.name(), unseen);
  }

  @Override
  public List<InputColumn> observed() {
    return inputs();
  }

  @Override
  public void check(List<Column> columns, int rows, BadRow bad) {
    Numbers.check(input, columns.get(0), rows, bad);
  }

  @Override
  public void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    RealColumn column = (RealColumn) columns.get(0);
    Map<Long, Long> counts = statistics.bucketCounts(table);
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r) && !Numbers.missing(column, r)) {
        counts.merge(Numbers.log2Bucket(column.values[r]), 1L, Long::sum);
      }
    }
  }
}
