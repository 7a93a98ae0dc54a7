package dev.tandem.model;

import dev.tandem.graph.Node;
import dev.tandem.graph.Nodes;
import dev.tandem.graph.Shape;
import java.util.Optional;

/**
 * What a block reads of each row: field vectors side by side, then plain numbers.
 *
 * @param flat [B, fields·dim + numbers]
 * @param fields number of fields; 0 when the vector has no field structure (hidden layers, fields
 *     of unequal widths)
 * @param dim width of every field, 0 without field structure
 * @param linear first-order weights [B,F] of the fields, where the input has them
 */
public record Features(Node flat, int fields, int dim, Optional<Node> linear) {

  /** A plain vector without field structure. */
  public static Features of(Node flat) {
    return new Features(flat, 0, 0, Optional.empty());
  }

  /** Whether there are plain numbers beside the fields, or no fields at all. */
  public boolean hasNumbers() {
    return flat.width() > fields * dim;
  }

  /** The fields as [B,F,D]; {@code who} asks, for the message when there is no field structure. */
  public Node grid(String who) {
    if (fields == 0) {
      throw new IllegalArgumentException(
          who + " needs fields of one common width; give every embedding the same dim");
    }
    return Nodes.reshape(fieldsOnly(), Shape.batch(fields, dim));
  }

  /** The fields alone as [B,F·D]. */
  public Node fieldsOnly() {
    return Nodes.slice(flat, -1, 0, (long) fields * dim);
  }

  /** The same structure over other numbers of the same width. */
  public Features with(Node other) {
    return new Features(other, fields, dim, linear);
  }
}
