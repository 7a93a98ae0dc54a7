package dev.tandem.schema;

import java.util.List;
import java.util.OptionalInt;

/**
 * The combination of several columns' values as one categorical value.
 *
 * @param name unique name
 * @param columns source columns, at least two
 * @param hashBuckets the combination is hashed into that many rows; empty: it has a vocabulary of
 *     its own
 * @param table embedding table
 * @param side whom it describes
 */
public record CrossFeature(
    String name, List<String> columns, OptionalInt hashBuckets, Table table, Side side)
    implements Feature {
  public CrossFeature {
    columns = List.copyOf(columns);
  }

  @Override
  public List<Table> tables() {
    return List.of(table);
  }
}
