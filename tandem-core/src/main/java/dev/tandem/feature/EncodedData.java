package dev.tandem.feature;

import dev.tandem.schema.InputLayout;
import java.util.List;

/** Encoded rows with random access. Implementations are safe for use by several threads at once. */
public interface EncodedData {
  /** Number of rows. */
  long rows();

  /** What a row consists of. */
  InputLayout layout();

  /** The embedding tables that the ids point into. */
  List<FittedTable> tables();

  /**
   * Copies rows into a batch, in the order given; row numbers may repeat.
   *
   * @param rows row numbers, each from 0 to {@link #rows()} − 1
   * @param from first entry of {@code rows} to read
   * @param count how many entries to read
   * @param into filled with {@code count} rows; must be of this layout
   */
  void read(long[] rows, int from, int count, Batch into);

  /** A view of some rows, in the order of their numbers in {@code rows}. */
  default EncodedData select(long[] rows) {
    return new SelectedRows(this, rows);
  }
}
