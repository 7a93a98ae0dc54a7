package dev.tandem.schema;

import java.util.List;

/**
 * A single categorical value: one row of a table.
 *
 * @param name unique name
 * @param column source column; its values are compared as text
 * @param table embedding table, shared with every feature that names it
 * @param side whom it describes
 */
public record IdFeature(String name, String column, Table table, Side side) implements Feature {
  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public List<Table> tables() {
    return List.of(table);
  }
}
