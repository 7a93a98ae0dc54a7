package dev.tandem.schema;

/**
 * One field of the model's input: a vector of {@code dim} numbers gathered from an embedding table.
 *
 * @param name unique name of the field
 * @param table embedding table that it reads; several fields may share one
 * @param dim width of the vector, equal for all fields of a table; 0: a first-order weight alone
 * @param pooling {@code NONE} for exactly one row, otherwise how the rows of a multi-valued field
 *     are combined
 * @param weighted whether every row comes with a factor (a scaled embedding, weighted multi-values)
 * @param side whom the field describes
 */
public record FieldSlot(
    String name, String table, int dim, Pooling pooling, boolean weighted, Side side) {
  /** Whether it has a vector, not a first-order weight alone. */
  public boolean isEmbedded() {
    return dim > 0;
  }
}
