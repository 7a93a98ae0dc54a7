package dev.tandem.schema;

import java.util.List;
import java.util.Optional;

/**
 * Several categorical values of one row, such as tags: the mean or the sum of their table rows. An
 * empty or missing list is ordinary and gives zeros.
 *
 * @param name unique name
 * @param column source column: a list, or text when a separator is given
 * @param separator what divides the values of a text column; empty: the column is a list
 * @param weightSeparator what divides an element into value and weight ({@code 12:0.5}); empty: no
 *     weights
 * @param pooling {@code MEAN} (divided by the sum of the weights' sizes when there are weights) or
 *     {@code SUM}
 * @param max the largest number of values, the first ones are kept; 0: no limit
 * @param table embedding table
 * @param side whom it describes
 */
public record MultiIdFeature(
    String name,
    String column,
    Optional<String> separator,
    Optional<String> weightSeparator,
    Pooling pooling,
    int max,
    Table table,
    Side side)
    implements Feature {
  /** Whether every value comes with a weight. */
  public boolean weighted() {
    return weightSeparator.isPresent();
  }

  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public List<Table> tables() {
    return List.of(table);
  }
}
