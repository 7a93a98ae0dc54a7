package dev.tandem.schema;

import java.util.List;

/**
 * One behaviour sequence of the model's input: up to {@code max} steps, most recent first, each
 * step the sum of one row from each of {@code tables} (all of width {@code dim}).
 *
 * @param name unique name of the sequence, which is also its behaviour type
 * @param tables embedding tables of the id and its side columns, the id's first
 * @param targets the item's own fields that correspond to {@code tables}, in the same order; the
 *     target vector is the sum
 * @param dim width of a step
 * @param max the largest number of steps
 */
public record SequenceSlot(
    String name, List<String> tables, List<String> targets, int dim, int max) {
  public SequenceSlot {
    tables = List.copyOf(tables);
    targets = List.copyOf(targets);
  }
}
