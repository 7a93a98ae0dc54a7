package dev.tandem.feature;

import java.util.List;

/**
 * Turns raw columns of a block into one part of a batch. Immutable, safe for use by several
 * threads.
 */
interface Encoder {
  /** The columns that it reads. */
  List<InputColumn> inputs();

  /**
   * Fills its part of {@code into}, which has room for the block's rows.
   *
   * @param columns the block's columns for {@link #inputs()}, in that order; never empty: a missing
   *     column is all null
   */
  void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts);
}
