package dev.tandem.feature;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Raw rows, column by column.
 *
 * @param rows number of rows
 * @param inputs one entry per {@link Preprocessor#inputs()}; empty where the data have no such
 *     column
 * @param labels one entry per task, each {@link ColumnType#REAL} (text for classes); empty where
 *     the data have no label
 * @param group the group column, integers or text; empty: every row is in group 0
 * @param weight row weights; empty: every row weighs 1
 * @param firstRow number of the first row in the data
 */
public record Block(
    int rows,
    List<Optional<Column>> inputs,
    List<Optional<Column>> labels,
    Optional<Column> group,
    Optional<Column> weight,
    long firstRow) {
  public Block {
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
  }

  /** Rows without labels, group and weight, as prediction has them. */
  public static Block of(int rows, List<Optional<Column>> inputs, int tasks, long firstRow) {
    return new Block(
        rows,
        inputs,
        Collections.nCopies(tasks, Optional.empty()),
        Optional.empty(),
        Optional.empty(),
        firstRow);
  }
}
