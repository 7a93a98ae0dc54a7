package dev.tandem.feature;

import java.util.BitSet;
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

  /**
   * The inputs that {@link #check} and {@link #observe} read, which get them in this order; empty:
   * they do nothing.
   */
  default List<InputColumn> observed() {
    return List.of();
  }

  /** Reports rows that cannot be trained on: row and reason. */
  default void check(List<Column> columns, int rows, BadRow bad) {}

  /** Learns from the rows for which {@code skip} is not set. */
  default void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {}

  /** Receives a row that cannot be trained on. */
  @FunctionalInterface
  interface BadRow {
    void accept(int row, String reason);
  }
}
