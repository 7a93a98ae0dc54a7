package dev.tandem.config;

import java.util.List;
import java.util.Optional;

/**
 * What a look at a column's values showed.
 *
 * @param column name and type
 * @param rows rows looked at
 * @param distinct distinct values among them, missing ones not counted; may be an estimate
 * @param nullShare share of missing values, 0 to 1
 * @param min smallest value as text; empty when all are missing or the type has no order
 * @param max largest value as text
 * @param samples a few distinct values as text, most frequent first
 */
public record ColumnProfile(
    Column column,
    long rows,
    long distinct,
    double nullShare,
    Optional<String> min,
    Optional<String> max,
    List<String> samples) {
  public ColumnProfile {
    samples = List.copyOf(samples);
  }

  /** The column's name. */
  public String name() {
    return column.name();
  }
}
