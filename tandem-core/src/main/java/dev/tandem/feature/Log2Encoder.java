package dev.tandem.feature;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * One id per row: the squared-logarithm bucket of a number, looked up among those of the training
 * part.
 */
record Log2Encoder(int field, InputColumn input, String table, LongVocabulary vocabulary)
    implements OneNumber {
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
  public DoubleConsumer learner(Statistics statistics) {
    Map<Long, Long> counts = statistics.bucketCounts(table);
    return value -> counts.merge(Numbers.log2Bucket(value), 1L, Long::sum);
  }
}
