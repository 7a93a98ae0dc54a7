package dev.tandem.feature;

import java.util.BitSet;
import java.util.List;
import java.util.function.DoubleConsumer;

/** An encoder of one number per row; null, NaN and infinite numbers are missing. */
interface OneNumber extends Encoder {
  InputColumn input();

  /** Where the numbers of the training part go that this encoding learns from. */
  DoubleConsumer learner(Statistics statistics);

  @Override
  default List<InputColumn> inputs() {
    return List.of(input());
  }

  @Override
  default List<InputColumn> observed() {
    return inputs();
  }

  @Override
  default void check(List<Column> columns, int rows, BadRow bad) {
    Numbers.check(input(), columns.get(0), rows, bad);
  }

  @Override
  default void observe(List<Column> columns, int rows, BitSet skip, Statistics statistics) {
    RealColumn column = (RealColumn) columns.get(0);
    DoubleConsumer learner = learner(statistics);
    for (int r = 0; r < rows; r++) {
      if (!skip.get(r) && !Numbers.missing(column, r)) {
        learner.accept(column.values[r]);
      }
    }
  }
}
