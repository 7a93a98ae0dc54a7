package dev.tandem.schema;

import java.util.List;
import java.util.Optional;

/**
 * A ready-made vector of a row, such as the output of a picture or text model; it becomes {@code
 * size} numbers.
 *
 * @param name unique name
 * @param column source column: a list of numbers, or text when a separator is given
 * @param separator what divides the numbers of a text column
 * @param size number of elements; a row whose vector has another length or elements that are not
 *     finite is set aside, a missing vector is zeros
 * @param standardise whether each element is standardised with the training part's mean and
 *     deviation
 * @param side whom it describes
 */
public record DenseFeature(
    String name,
    String column,
    Optional<String> separator,
    int size,
    boolean standardise,
    Side side)
    implements Feature {
  /** Name of the number that element {@code i} becomes. */
  public String slot(int i) {
    return name + "." + i;
  }

  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public List<Table> tables() {
    return List.of();
  }
}
