package dev.tandem.schema;

import java.util.List;

/**
 * One behaviour sequence of the model's input: up to {@code max} steps, most recent first. A step
 * reaches the graph as one row from each of {@code tables} (all of width {@code dim}) side by side.
 *
 * @param name unique name of the sequence, which is also its behaviour type
 * @param tables embedding tables of the id and its side columns, the id's first; an age's table
 *     last
 * @param targets the item's own fields that correspond to {@code tables}, in the same order; an age
 *     has none
 * @param dim width of a step's vector in the model
 * @param max the largest number of steps
 * @param combine how a step's rows become one vector
 */
public record SequenceSlot(
    String name,
    List<String> tables,
    List<String> targets,
    int dim,
    int max,
    SequenceFeature.Combine combine) {
  public SequenceSlot {
    tables = List.copyOf(tables);
    targets = List.copyOf(targets);
  }

  /** A sequence whose rows are added up. */
  public SequenceSlot(String name, List<String> tables, List<String> targets, int dim, int max) {
    this(name, tables, targets, dim, max, SequenceFeature.Combine.SUM);
  }

  /** Whether the last of the tables is that of the steps' ages. */
  public boolean aged() {
    return tables.size() > targets.size();
  }

  /** Width of a step as it reaches the graph. */
  public int width() {
    return tables.size() * dim;
  }
}
