package dev.tandem.metric;

import java.util.HashMap;
import java.util.Map;

/**
 * Field-level calibration error: for each value of a categorical column the distance between
 * predicted and observed sums, added up and divided by the rows (Pan et al., WWW 2020). Taken for a
 * column at a time, so it is not among the metrics of every task.
 */
public final class FieldEce {
  private FieldEce() {}

  /**
   * The error over one column.
   *
   * @param rows binary rows
   * @param field [n] value number of each row
   */
  public static double of(Rows rows, int[] field) {
    if (field.length != rows.count()) {
      throw new IllegalArgumentException(
          "field has " + field.length + " values for " + rows.count() + " rows");
    }
    Map<Integer, Sum> errors = new HashMap<>();
    for (int i = 0; i < field.length; i++) {
      errors
          .computeIfAbsent(field[i], value -> new Sum())
          .add(rows.weight(i) * (rows.label(i) - rows.score(i)));
    }
    Sum sum = new Sum();
    for (Sum error : errors.values()) {
      sum.add(Math.abs(error.value()));
    }
    return sum.value() / rows.totalWeight();
  }
}
